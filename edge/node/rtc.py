"""A clock chip on the board, as the kernel shows it (Linux, Documentation/ABI/testing/sysfs-class-rtc).

The chip is only read, never set: the node remembers what it said beside a time that was known. It may tell any date.
"""

import asyncio
from pathlib import Path

from edge.core.errors import TransientError

LOOK_S = 0.01
LONGEST_SECOND_S = 1.3


class Rtc:
    """A chip in ``/sys/class/rtc/rtc0``; it tells whole seconds."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "since_epoch"

    async def on_the_second(self) -> int:
        """The chip's seconds, returned when they have just changed; raises TransientError when they do not."""
        first = self._read()
        for _ in range(round(LONGEST_SECOND_S / LOOK_S)):
            await asyncio.sleep(LOOK_S)
            if (now := self._read()) != first:
                return now
        raise TransientError(f"Đồng hồ {self._file} không chạy.")

    def _read(self) -> int:
        try:
            return int(self._file.read_text())
        except (OSError, ValueError) as cause:
            raise TransientError(f"Không đọc được đồng hồ {self._file}: {cause}.") from cause
