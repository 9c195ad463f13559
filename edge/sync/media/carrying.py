"""One file to the hub, from wherever it stands; and files that are deleted here taken back there."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path, PurePath

from edge.kernel.wire.upload import CHECKSUM_MISMATCH
from edge.store.journal import Journal
from edge.store.media_queue import (
    DELETED,
    Upload,
    arrived,
    begun,
    gone,
    progressed,
    refused,
    sent_after,
    went_wrong,
)
from edge.sync.media.tus import AnswerError, LineBrokenError, Place, TusLine

log = logging.getLogger(__name__)

GoesOn = Callable[[int], Awaitable[bool]]
MOST_TRIES = 3
"""So often a whole file may arrive as another content before it is given up: then it changes while we send it."""
NOTE_EVERY = 8
"""Pieces between two notes of the offset: only the status asks for it, the hub itself knows."""
LOOKED_AT_ONCE = 50
TAKE_BACK_EVERY_S = 60.0
_TYPES = {
    ".jpg": "image/jpeg",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_HOPELESS = frozenset({400, 413, 415})


class Carrier:
    """Sends what is ready. ``data`` is the folder that all paths are below."""

    def __init__(self, data: Path, journal: Journal) -> None:
        self._data = data
        self._journal = journal
        self._looked_to = ""
        self._look_at_s = 0.0

    async def carry(self, line: TusLine, upload: Upload, goes_on: GoesOn) -> None:
        """Send it until it is there, or until ``goes_on`` says that something else is more urgent.

        Raises LineBrokenError, or AnswerError when the hub wants to be left alone for a while.
        """
        try:
            if not await self._is_there(upload):
                await self._write(gone, upload, DELETED)
                return
            place = await self._place(line, upload)
            if place is not None:
                await self._send_on(line, upload, place, goes_on)
        except AnswerError as error:
            if not await self._settles(line, upload, error):
                raise

    async def take_back(self, line: TusLine) -> bool:
        """Have the hub forget what was deleted here (L3); whether there was any. A minute passes between two rounds."""
        now_s = asyncio.get_running_loop().time()
        if not self._looked_to and now_s < self._look_at_s:
            return False
        rows = await self._journal.record(partial(sent_after, upload=self._looked_to, limit=LOOKED_AT_ONCE))
        self._looked_to = rows[-1].id if len(rows) == LOOKED_AT_ONCE else ""
        self._look_at_s = now_s + TAKE_BACK_EVERY_S
        lost = [row for row in rows if not await asyncio.to_thread((self._data / row.path).is_file)]
        for upload in lost:
            if upload.url:
                await line.end(upload.url)
            await self._write(gone, upload, DELETED)
        return bool(lost)

    async def _place(self, line: TusLine, upload: Upload) -> Place | None:
        """Where it goes on; None when it begins anew the next time."""
        assert upload.bytes is not None
        if upload.url is None:
            place = await line.create(upload.bytes, _metadata(upload))
            await self._write(begun, upload.id, place.url)
            return place
        try:
            return Place(upload.url, await line.offset(upload.url))
        except AnswerError as error:
            if error.status not in (404, 410):
                raise
            await self._write(begun, upload.id, None)
            return None

    async def _send_on(self, line: TusLine, upload: Upload, place: Place, goes_on: GoesOn) -> None:
        count, offset = 0, place.offset
        try:
            while offset < (upload.bytes or 0):
                piece = await asyncio.to_thread(self._read, upload, offset, line.chunk)
                if not piece or not await self._is_there(upload):
                    await self._write(gone, upload, DELETED)
                    return
                offset, count = await line.send(Place(place.url, offset), piece), count + 1
                if count % NOTE_EVERY == 0:
                    await self._write(progressed, upload.id, offset)
                if offset < (upload.bytes or 0) and not await goes_on(offset):
                    return
        finally:
            await self._write(progressed, upload.id, offset)
        await self._write(arrived, upload)
        await asyncio.to_thread(self._drop_copy, upload)

    async def _settles(self, line: TusLine, upload: Upload, error: AnswerError) -> bool:
        """What the hub said about this file alone; False when it is about all of them."""
        if error.status in _HOPELESS:
            await self._write(refused, upload, str(error))
        elif error.status == CHECKSUM_MISMATCH:
            await self._mismatch(line, upload)
        elif error.status == 423:
            raise LineBrokenError("Tỉnh còn giữ kết nối cũ.") from error
        elif error.status not in (409, 408):
            return False
        return True

    async def _mismatch(self, line: TusLine, upload: Upload) -> None:
        """A piece was spoilt on its way, or the whole is another file than was announced."""
        if upload.url is not None:
            try:
                await line.offset(upload.url)
            except AnswerError as error:
                if error.status not in (404, 410):
                    raise
            else:
                return
        tries = await self._write(went_wrong, upload.id)
        log.warning("the hub got another content of %s, try %d", upload.path, tries)
        if tries >= MOST_TRIES:
            await self._write(refused, upload, "Tệp đến tỉnh không còn giống lúc gửi, đã thử ba lần.")

    async def _write(self, work: Callable[..., int | None], *values: object) -> int:
        return await self._journal.record_surely(lambda tx: work(tx, *values)) or 0

    async def _is_there(self, upload: Upload) -> bool:
        """Its original: what retention deleted is not sent from a copy either."""
        return await asyncio.to_thread((self._data / upload.path).is_file)

    def _read(self, upload: Upload, offset: int, size: int) -> bytes:
        try:
            with (self._data / upload.sent_path).open("rb") as file:
                file.seek(offset)
                return file.read(min(size, (upload.bytes or 0) - offset))
        except FileNotFoundError:
            return b""

    def _drop_copy(self, upload: Upload) -> None:
        if upload.copy:
            (self._data / upload.copy).unlink(missing_ok=True)


def _metadata(upload: Upload) -> dict[str, str]:
    assert upload.sha256 is not None
    return {
        "sha256": upload.sha256,
        "kind": upload.kind,
        "subject": upload.subject,
        "event": upload.event,
        "filetype": _TYPES.get(PurePath(upload.sent_path).suffix, "application/octet-stream"),
    }
