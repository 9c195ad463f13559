"""A receipt of the province comes back on a stick: what it confirms is settled as by an answer on the line."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from sqlite3 import Connection
from typing import BinaryIO, Protocol, TypeVar
from urllib.parse import urlsplit

from edge.config.schema import Hub
from edge.core.errors import FinalError
from edge.core.moment import ClockState
from edge.kernel.certified import STRANGER, verifier_of
from edge.kernel.clock import Clock
from edge.kernel.wire.stick import StickHeader, Taken, Verify, decoded, header_of, read_stick
from edge.store.sticks import check_stick, confirm_by_stick, finish_stick, note_stick

T = TypeVar("T")
AT_ONCE = 200
"""Frames of one call: some seconds of work, well below the patience of whoever asked."""


class Writes(Protocol):
    """Who runs a transaction: the running box's journal, or a writer of our own while the box is down."""

    def __call__(self, work: Callable[[Connection], T]) -> Awaitable[T]:
        """Run it; what it returns is durable."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a receipt was taken: ``next_frame`` 0 means to its end."""

    next_frame: int
    settled: int
    rejected: int


class Receipts:
    """Takes receipts for one box. Nothing in them is believed before the province's signature over it was checked."""

    def __init__(self, hub: Hub | None, source: str, write: Writes, clock: Clock) -> None:
        self._hub = hub
        self._source = source
        self._write = write
        self._clock = clock

    async def note(self, stick: str, made_at_ms: int, events: int) -> None:
        """A stick is about to be written."""
        await self._write(partial(note_stick, stick=stick, made_at_ms=made_at_ms, events=events))

    async def take(self, path: Path, first_frame: int) -> Progress:
        """Settle some frames of this file from ``first_frame`` on; begin with 0.

        Raises FinalError when the receipt is foreign, changed or cut off: what was settled before is true.
        """
        header, frames = await asyncio.to_thread(self._read, path, first_frame)
        await self._write(partial(check_stick, stick=header.stick))
        settled = rejected = 0
        for taken in frames[:AT_ONCE]:
            settled += await self._write(partial(self._settle, taken))
            rejected += len(taken.rejected)
        if len(frames) > AT_ONCE:
            return Progress(first_frame + AT_ONCE, settled, rejected)
        await self._write(partial(finish_stick, stick=header.stick, at_ms=self._clock.now().at_ms))
        return Progress(0, settled, rejected)

    def _read(self, path: Path, first_frame: int) -> tuple[StickHeader, list[Taken]]:
        """The header, and one frame more than is settled at once where there are so many."""
        with _opened(path) as file:
            frames = read_stick(file, self._verifier)
            header = header_of(next(frames))
            return header, [decoded(one, Taken) for one in islice(frames, first_frame, first_frame + AT_ONCE + 1)]

    def _settle(self, taken: Taken, connection: Connection) -> int:
        dead = [(one.id, one.reason) for one in taken.rejected]
        return confirm_by_stick(connection, taken.acked, dead, self._clock.now().at_ms)

    def _verifier(self, header: StickHeader) -> Verify:
        if self._hub is None:
            raise FinalError("Hộp này không nối tỉnh nào: chưa có bảng [hub] để biết tin chữ ký của ai.")
        if header.what != "receipt" or header.source != self._source:
            raise FinalError(STRANGER if header.what == "receipt" else "Đây là tệp gửi đi, không phải biên nhận.")
        now = self._clock.now()
        # A box that does not know the time believes the province's.
        at_ms = header.made_at_ms if now.clock is ClockState.FLOOR else min(now.at_ms, header.made_at_ms)
        at = dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
        return verifier_of(header.cert, Path(self._hub.ca), urlsplit(self._hub.url).hostname or "", at)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as cause:
        raise FinalError(f"Không mở được {path}: {cause.strerror}.") from cause
