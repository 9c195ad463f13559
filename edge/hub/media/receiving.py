"""The body of a PATCH into its file: what has arrived stays, however the connection ends."""

import asyncio
from dataclasses import dataclass

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader

from edge.hub.media.asked import Checksum, Hashing, RefusedError
from edge.hub.media.shelf import FullError, Part
from edge.kernel.wire.upload import CHECKSUM_MISMATCH

IDLE_S = 30.0
"""A box waits so long with its media while alarms go first; a line that is silent for longer is dead."""
TICK_S = 0.5
"""How soon a silent upload is left to the box that has come back on another connection."""
MOST_BUFFERED = 1024 * 1024
_BROKEN = (OSError, RuntimeError, aiohttp.ClientError, HttpProcessingError)
"""How aiohttp says that a body will not come to its end; RuntimeError when the connection was gone before."""


class CutError(Exception):
    """The connection is gone, silent, or the box has come back on another: what came of the body is kept."""


@dataclass(frozen=True, slots=True)
class Expected:
    """``room`` bytes at most, and what they must hash to."""

    room: int
    checksum: Checksum | None


async def receive(content: StreamReader, part: Part, expected: Expected) -> int:
    """Append a body; how many bytes the upload has now, all of them on the disk.

    Raises CutError with what arrived kept; RefusedError with nothing of it kept: too long, or another checksum;
    FullError with as much kept as there was room for.
    """
    before = part.size
    writer = _Writer(part, expected.checksum.begin() if expected.checksum else None)
    try:
        await _copy(content, writer, expected.room)
        await writer.flush()
    except _TooLongError as cause:
        await asyncio.shield(writer.give_up(before))
        raise RefusedError(413, f"Phần gửi dài hơn {expected.room} byte còn thiếu.") from cause
    except (CutError, FullError, asyncio.CancelledError):
        await asyncio.shield(writer.save())
        raise
    if expected.checksum and writer.digest() != expected.checksum.digest:
        await asyncio.shield(writer.give_up(before))
        raise RefusedError(CHECKSUM_MISMATCH, "Phần gửi không khớp Upload-Checksum, đã bỏ.")
    return await asyncio.to_thread(_synced, part)


class _TooLongError(Exception):
    """More came than is missing."""


async def _copy(content: StreamReader, writer: "_Writer", room: int) -> None:
    silent_s = 0.0
    while True:
        try:
            async with asyncio.timeout(TICK_S):
                data = await content.readany()
        except TimeoutError:
            silent_s += TICK_S
            if silent_s >= IDLE_S or await writer.is_unwanted():
                raise CutError from None
            continue
        except _BROKEN as cause:
            raise CutError from cause
        if not data:
            return
        silent_s, room = 0.0, room - len(data)
        if room < 0:
            raise _TooLongError
        await writer.take(data)


class _Writer:
    """Writes in a thread while more is read: what lies in aiohttp's buffer when a line breaks would be lost."""

    def __init__(self, part: Part, running: Hashing | None) -> None:
        self._part = part
        self._running = running
        self._waiting = bytearray()
        self._work: asyncio.Task[bool] | None = None

    async def take(self, data: bytes) -> None:
        """One more piece. Raises CutError when somebody knocks."""
        self._waiting += data
        if self._work is not None and (self._work.done() or len(self._waiting) > MOST_BUFFERED):
            await self._settle()
        if self._work is None:
            self._start()

    async def flush(self) -> None:
        """Everything is written, though perhaps not synced."""
        await self._settle()
        if self._waiting:
            self._start()
            await self._settle()

    async def save(self) -> None:
        """Keep what arrived, if the disk takes it."""
        try:
            await self.flush()
            await asyncio.to_thread(self._part.sync)
        except (CutError, FullError):
            await asyncio.to_thread(self._part.sync)

    async def give_up(self, size: int) -> None:
        """Keep nothing of it."""
        self._waiting.clear()
        if self._work is not None:
            await asyncio.wait([self._work])
        await asyncio.to_thread(self._part.cut_back, size)

    async def is_unwanted(self) -> bool:
        """Whether somebody knocks."""
        return await asyncio.to_thread(self._part.knocked)

    def digest(self) -> bytes:
        """The hash of all that was written."""
        return self._running.digest() if self._running else b""

    def _start(self) -> None:
        data, self._waiting = bytes(self._waiting), bytearray()
        self._work = asyncio.create_task(asyncio.to_thread(self._write, data))

    async def _settle(self) -> None:
        work, self._work = self._work, None
        if work is not None and await work:
            raise CutError

    def _write(self, data: bytes) -> bool:
        knocked = self._part.append(data)
        if self._running:
            self._running.update(data)
        return knocked


def _synced(part: Part) -> int:
    part.sync()
    return part.size
