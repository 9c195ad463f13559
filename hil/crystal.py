"""A machine's clocks that are wrong, jump, or know nothing: what stands behind a node's own clock on the bench."""

import mmap
import struct
import time
from dataclasses import dataclass
from pathlib import Path

from edge.core.moment import AtMs, ClockState, Moment, Steady

_FILE = struct.Struct("<d?")


@dataclass
class Crystal:
    """The machine's clocks, the wall clock off by ``off_ms``, both fast by ``ppm``, after ``jump_s`` of other time."""

    off_ms: float = 0.0
    ppm: float = 0.0
    jump_s: float = 0.0
    state: ClockState = ClockState.SYNCED
    born: float = 0.0

    def __post_init__(self) -> None:
        """Both clocks start together."""
        self.born = time.monotonic()

    def now(self) -> Moment:
        """This instant, as a wrong machine has it."""
        passed_s = self.steady() - self.born
        wall_ms = (time.time() - time.monotonic() + self.born + passed_s) * 1000
        return Moment(AtMs(int(wall_ms + self.off_ms)), self.steady(), self.state)

    def steady(self) -> Steady:
        """Seconds of its monotonic clock."""
        return Steady(self.born + self.jump_s + (time.monotonic() - self.born) * (1 + self.ppm / 1e6))


class InjectedTime:
    """The machine's clocks plus the days that a file tells, so that a bench can let a week pass in minutes.

    The file is shared memory: ``jump`` moves the clocks of every process that has it open, forwards only.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_FILE.pack(0.0, True))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _FILE.size)

    def now(self) -> Moment:
        """This instant of injected time; a forgotten clock is `floor`, another `rtc`: no server is there."""
        jump_s, known = _FILE.unpack(self._memory)
        state = ClockState.RTC if known else ClockState.FLOOR
        return Moment(AtMs(int((time.time() + jump_s) * 1000)), self.steady(), state)

    def steady(self) -> Steady:
        """Seconds of injected monotonic time."""
        return Steady(time.monotonic() + _FILE.unpack(self._memory)[0])

    @property
    def jump_s(self) -> float:
        """How far injected time is ahead of the machine's."""
        return float(_FILE.unpack(self._memory)[0])

    def jump_to(self, at_ms: float) -> None:
        """Let it be this late now, unless it is later already."""
        ahead_s = max(self.jump_s, at_ms / 1000 - time.time())
        self._write(ahead_s, known=_FILE.unpack(self._memory)[1])

    def know(self, *, known: bool) -> None:
        """Whether whoever reads these clocks may believe them."""
        self._write(self.jump_s, known=known)

    def _write(self, jump_s: float, *, known: bool) -> None:
        self._memory[:] = _FILE.pack(jump_s, known)
