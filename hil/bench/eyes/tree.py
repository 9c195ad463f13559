"""What a program and all its children use, from /proc: seconds of a core, and memory with shared pages counted once.

Children that ended are counted too, as soon as somebody waited for them: the kernel adds their time to their parent's.
"""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PPID, FIRST_TIME, TIMES = 1, 11, 4
"""Places in /proc/PID/stat after the name: the parent, and user, system, children's user and system time."""


@dataclass(frozen=True, slots=True)
class Used:
    """CPU of a whole tree during a window."""

    window_s: float
    cpu_s: float

    @property
    def cpu_pct(self) -> float:
        """Per cent of one core."""
        return 100 * self.cpu_s / self.window_s


class Tree:
    """These processes with everything they started; it counts from its making."""

    def __init__(self, roots: Iterable[int]) -> None:
        self._roots = tuple(roots)
        self.restart()

    def restart(self) -> None:
        """Count from now."""
        self._cpu_s, self._began = self._used_s(), time.monotonic()

    def read(self) -> Used:
        """What was used since."""
        return Used(time.monotonic() - self._began, self._used_s() - self._cpu_s)

    def pss_mb(self) -> float:
        """Memory of all of them now; needs the right to read their maps (our own processes, or root)."""
        return sum(map(_pss_kb, self._pids(_stats()))) / 1024

    def _used_s(self) -> float:
        stats = _stats()
        ticks = sum(int(field) for pid in self._pids(stats) for field in stats[pid][FIRST_TIME : FIRST_TIME + TIMES])
        return ticks / TICKS_PER_S

    def _pids(self, stats: dict[int, list[str]]) -> Iterator[int]:
        waiting = [pid for pid in self._roots if pid in stats]
        while waiting:
            pid = waiting.pop()
            yield pid
            waiting += [child for child, fields in stats.items() if int(fields[PPID]) == pid]


def _stats() -> dict[int, list[str]]:
    found = {}
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            try:
                text = (folder / "stat").read_text()
            except OSError:  # it ended meanwhile
                continue
            found[int(folder.name)] = text.rpartition(") ")[2].split()
    return found


def _pss_kb(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
