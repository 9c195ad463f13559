"""sd_notify(3) without a library, and the feeding of the watchdog (law 11)."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

START_S = 120.0
"""A small machine with a slow card needs a minute until the local node answers: bitten before, it would never start."""


def notify(message: str) -> bool:
    """Tell systemd ``READY=1``, ``WATCHDOG=1``, ``STATUS=…``; False where no systemd listens, or not just now."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.sendto(message.encode(), address)
    except OSError as error:  # systemd restarts itself at every update of it: no reason to silence the horns
        log.warning("systemd does not hear %s: %s", message, error)
        return False
    return True


def watchdog_period_s() -> float | None:
    """How often to feed the watchdog: a third of what the unit asks for, or None without one."""
    usec = os.environ.get("WATCHDOG_USEC", "")
    return int(usec) / 3_000_000 if usec.isdecimal() else None


async def feed(loudspeaker_path_lives: Callable[[], str], start_s: float = START_S) -> None:
    """Feed the watchdog while the loudspeaker path lives, and before it has lived at all for ``start_s`` at most.

    ``loudspeaker_path_lives`` returns an empty string, or what is dead: then nothing is fed and systemd restarts us.
    """
    period_s = watchdog_period_s()
    if period_s is None:
        return
    starving, has_lived, until = "", False, time.monotonic() + start_s
    while True:
        dead = loudspeaker_path_lives()
        if dead != starving:
            log.error("watchdog: %s", dead or "the loudspeaker path lives again")
            starving = dead
        has_lived = has_lived or not dead
        if not dead or (not has_lived and time.monotonic() < until):
            notify("WATCHDOG=1")
        await asyncio.sleep(period_s)
