"""What a process uses: seconds of a core, and memory. Read from outside, so that measuring costs it nothing."""

import time
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process used during a window."""

    window_s: float
    cpu_s: float
    rss_mb: float

    @property
    def cpu_pct(self) -> float:
        """Per cent of one core."""
        return 100 * self.cpu_s / self.window_s


class UsageMeter:
    """Counts from its making. Raises psutil.NoSuchProcess when the process is gone."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._cpu_s = self._used_s()
        self._began = time.monotonic()

    def read(self) -> Usage:
        """What was used since; memory is that of now."""
        window_s = time.monotonic() - self._began
        return Usage(window_s, self._used_s() - self._cpu_s, self._process.memory_info().rss / 2**20)

    def _used_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)
