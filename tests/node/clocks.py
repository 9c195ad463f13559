"""Clocks behind a node's own, for tests."""

import time
from dataclasses import dataclass

from edge.core.moment import AtMs, ClockState, Moment, Steady


@dataclass
class Crystal:
    """The machine's clocks, the wall clock off by ``off_ms``, both fast by ``ppm``, after ``jump_s`` of other time."""

    off_ms: float = 0.0
    ppm: float = 0.0
    jump_s: float = 0.0
    state: ClockState = ClockState.SYNCED
    born: float = 0.0

    def __post_init__(self) -> None:
        self.born = time.monotonic()

    def now(self) -> Moment:
        passed_s = self.steady() - self.born
        wall_ms = (time.time() - time.monotonic() + self.born + passed_s) * 1000
        return Moment(AtMs(int(wall_ms + self.off_ms)), self.steady(), self.state)

    def steady(self) -> Steady:
        return Steady(self.born + self.jump_s + (time.monotonic() - self.born) * (1 + self.ppm / 1e6))
