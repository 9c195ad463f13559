"""Sound on its way: in memory while it is short, in a nameless file of the clips' folder when it is long."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from edge.core.errors import FinalError, TransientError
from edge.workers.speech.wave import RATE_HZ, Wave

LONGEST_S = 3600.0
"""Nobody listens to a longer clip; as a reel it takes 345 MB of the disk."""
_IN_MEMORY = 16 * 1024 * 1024
_BLOCK = RATE_HZ * 10
_SCALE = 32767.0


class Reel:
    """Appended to, then played as often as wanted; 16 bit, so that a long one does not fill the disk.

    Raises FinalError beyond ``longest_s``, TransientError when the disk refuses. A killed process leaves nothing.
    """

    def __init__(self, folder: Path, longest_s: float = LONGEST_S) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(folder))  # noqa: SIM115 - closed by __exit__
        self._longest = round(longest_s * RATE_HZ)
        self.samples = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, wave: Wave) -> None:
        """Append; what lies beyond full scale is cut off there."""
        self.samples += wave.size
        if self.samples > self._longest:
            raise FinalError(f"Đoạn tiếng dài hơn {self._longest / RATE_HZ / 60:.0f} phút.")
        with _disk():
            self._file.write((np.clip(wave, -1, 1) * _SCALE).astype("<i2").tobytes())

    def clear(self) -> None:
        """As if nothing had been added."""
        self.samples = 0
        with _disk():
            self._file.seek(0)
            self._file.truncate()

    def play(self, first: int = 0, end: int | None = None) -> Iterator[Wave]:
        """The samples from ``first`` to before ``end`` (all of them without), ten seconds at a time."""
        last = self.samples if end is None else end
        with _disk():
            self._file.seek(2 * first)
        for begin in range(first, last, _BLOCK):
            with _disk():
                content = self._file.read(2 * min(_BLOCK, last - begin))
            yield np.frombuffer(content, "<i2").astype(np.float32) / np.float32(_SCALE)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.samples / RATE_HZ


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        raise TransientError(f"Không ghi được đoạn tiếng tạm: {cause}.") from cause
