"""The thread that feeds the card goes before everything else, where the machine allows it (sched(7))."""

import os
from contextlib import suppress

PRIORITY = 10
"""Above all ordinary work and below the kernel's own threads. It computes a millisecond of every twenty, and the kernel
stops a real-time thread that takes more than 95 % of a second."""


def go_first() -> None:
    """Give the calling thread real-time priority; without the right to (LimitRTPRIO of the unit) nothing changes."""
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(PRIORITY))
