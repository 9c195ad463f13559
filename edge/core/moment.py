"""Two clocks that must never be confused (law 7)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

AtMs = NewType("AtMs", int)
"""UTC milliseconds since 1970. May step: the box may have no clock battery."""

Steady = NewType("Steady", float)
"""Seconds of CLOCK_MONOTONIC. Never goes back; means nothing after a reboot."""


class ClockState(StrEnum):
    """How far the wall clock can be trusted (protocols.md, time on a node)."""

    SYNCED = "synced"
    RTC = "rtc"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on both clocks."""

    at_ms: AtMs
    steady: Steady
    clock: ClockState
