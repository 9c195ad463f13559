"""Uploads and files as the hub's doors use them: one method a request. Rows and files always agree afterwards."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp.streams import StreamReader

from edge.hub.database import Database
from edge.hub.media.asked import Checksum, RefusedError, Wanted
from edge.hub.media.book import Book, Row
from edge.hub.media.receiving import Expected, receive
from edge.hub.media.shelf import Part, Shelf
from edge.hub.tables.media import KEPT
from edge.kernel.clock import Clock
from edge.kernel.keep_running import keep_running
from edge.kernel.wire.upload import CHECKSUM_MISMATCH

log = logging.getLogger(__name__)

MAX_BYTES = 2_000_000_000
"""Twelve hours of a camera at a bitrate that a commune's line could carry in a day."""
QUOTA_BYTES = 20_000_000_000
LOOK_S = 0.05
KNOCK_S = 3.0
"""An instance that lives leaves an upload within a tick of being asked; one that is dead holds no lock."""
TURN_S = 30.0
TIDY_S = 600.0
STRAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one file, and all files of one box, may take."""

    max_bytes: int = MAX_BYTES
    quota_bytes: int = QUOTA_BYTES


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an upload is, and until when it lives."""

    offset: int
    bytes: int
    expires_at_ms: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A PATCH: where its body begins, and what it must hash to."""

    offset: int
    content: StreamReader
    checksum: Checksum | None = None


@dataclass(slots=True)
class MediaDesk:
    """One instance of the hub on a folder and a database that others may share."""

    database: Database
    folder: Path
    clock: Clock
    bounds: Bounds = field(default_factory=Bounds)
    shelf: Shelf = field(init=False)
    book: Book = field(init=False)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.folder)
        self.book = Book(self.database, self.bounds.quota_bytes)

    async def create(self, source: str, wanted: Wanted) -> str:
        """Begin an upload; its id. Raises RefusedError or FullError."""
        for old in await self.book.begun(source, wanted):
            with contextlib.suppress(RefusedError):
                await self.end(old, source)
        upload = await self.book.create(source, wanted, self._now_ms())
        try:
            await asyncio.to_thread(self.shelf.begin, upload, wanted.bytes)
        except BaseException:
            await asyncio.shield(self.book.drop(upload))
            raise
        if wanted.bytes == 0:
            await self._finish(await self._row(upload, source))
        return upload

    async def standing(self, upload: str, source: str) -> Standing:
        """How far it is. Whoever still writes it is asked to stop: who asks has lost that connection."""
        row = await self._row(upload, source)
        if row["state"] == KEPT:
            return Standing(row["bytes"], row["bytes"], row["expires_at_ms"])
        try:
            async with self._locked(upload, knock=True) as part:
                size = part.size
        except FileNotFoundError:
            return await self._renamed(row)
        if size == row["bytes"]:
            await self._finish(row)
        return Standing(size, row["bytes"], row["expires_at_ms"])

    async def append(self, upload: str, source: str, piece: Piece) -> Standing:
        """Take a piece. Raises RefusedError, FullError, or CutError with what arrived kept."""
        row = await self._row(upload, source)
        if row["state"] == KEPT:
            raise RefusedError(409, "Tệp này đã gửi xong.")
        try:
            async with self._locked(upload, knock=False) as part:
                if part.size != piece.offset:
                    raise RefusedError(409, f"Tỉnh đã có {part.size} byte, không phải {piece.offset}.")
                size = await receive(piece.content, part, Expected(row["bytes"] - part.size, piece.checksum))
        except FileNotFoundError as cause:
            raise RefusedError(409, "Tệp này vừa gửi xong.") from cause
        if size == row["bytes"]:
            await self._finish(row)
        return Standing(size, row["bytes"], await self.book.extend(upload, self._now_ms()))

    async def end(self, upload: str, source: str) -> None:
        """The box takes back an upload, or a file of its own that it deleted itself (L3)."""
        await self._remove(await self._row(upload, source))

    async def tidy(self) -> None:
        """Forget uploads that nobody went on with, and files that a crash left without a row."""
        for row in await self.book.overdue(self._now_ms()):
            with contextlib.suppress(RefusedError):
                await self._remove(row)
        strays = await asyncio.to_thread(lambda: list(self.shelf.strays(STRAY_S)))
        known = await self.book.known(strays)
        for upload in strays:
            if upload not in known:
                await asyncio.to_thread(self.shelf.drop_part, upload)

    async def run(self) -> None:
        """Tidy for ever."""
        await keep_running("media", self._tidy_for_ever)

    async def _tidy_for_ever(self) -> None:
        while True:
            await self.tidy()
            await asyncio.sleep(TIDY_S)

    async def _remove(self, row: Row) -> None:
        upload, sha256 = row["id"], row["sha256"]
        async with self._turn(sha256):
            if row["state"] != KEPT:
                with contextlib.suppress(FileNotFoundError):
                    async with self._locked(upload, knock=False):
                        await asyncio.to_thread(self.shelf.drop_part, upload)
            if await self.book.drop(upload):
                await asyncio.to_thread(self.shelf.drop_file, sha256)

    async def _row(self, upload: str, source: str) -> Row:
        row = await self.book.upload(upload, source)
        if row is None:
            raise RefusedError(404, "Không có tệp đang gửi này.")
        if row["state"] != KEPT and row["expires_at_ms"] < self._now_ms():
            raise RefusedError(410, "Tệp gửi dở này đã quá hạn.")
        return row

    async def _finish(self, row: Row) -> None:
        """Verify an upload that is complete and give it its name; raises RefusedError when it is another content."""
        upload, sha256 = row["id"], row["sha256"]
        async with self._turn(sha256):
            right = await asyncio.to_thread(self.shelf.holds, upload, sha256)
            if right is None:
                return  # somebody else has just finished it
            if right:
                await asyncio.to_thread(self.shelf.finish, upload, sha256)
                await self.book.keep(upload, self._now_ms())
                return
            await self.book.drop(upload)
            await asyncio.to_thread(self.shelf.drop_part, upload)
        log.warning("%s sent another content than announced for %s, thrown away", row["source"], row["subject"])
        raise RefusedError(CHECKSUM_MISMATCH, "Cả tệp không khớp sha256 đã báo, đã bỏ.")

    async def _renamed(self, row: Row) -> Standing:
        """Its file is gone: it got its name just before a crash, or it is lost."""
        async with self._turn(row["sha256"]):
            found = await asyncio.to_thread(self.shelf.arrived, row["id"], row["sha256"], row["bytes"])
            if found is not None and found == row["bytes"]:
                await self.book.keep(row["id"], self._now_ms())
                return Standing(found, found, row["expires_at_ms"])
            await self.book.drop(row["id"])
        raise RefusedError(404, "Tệp gửi dở này không còn.")

    @asynccontextmanager
    async def _locked(self, upload: str, *, knock: bool) -> AsyncIterator[Part]:
        """Its file, for us alone; raises RefusedError 423, and FileNotFoundError when it is there no more."""
        part = await asyncio.to_thread(self.shelf.lock, upload)
        if part is None and knock:
            part = await self._knock(upload)
        if part is None:
            raise RefusedError(423, "Tệp này đang được gửi trên một kết nối khác.", {"Retry-After": "1"})
        try:
            yield part
        finally:
            part.close()

    async def _knock(self, upload: str) -> Part | None:
        until = asyncio.get_running_loop().time() + KNOCK_S
        part = None
        while part is None and asyncio.get_running_loop().time() < until:
            await asyncio.to_thread(self.shelf.knock, upload)
            await asyncio.sleep(LOOK_S)
            part = await asyncio.to_thread(self.shelf.lock, upload)
        return part

    @asynccontextmanager
    async def _turn(self, sha256: str) -> AsyncIterator[None]:
        """Alone with a content: none may be deleted while another upload gives it its name."""
        async with asyncio.timeout(TURN_S):
            held = await asyncio.to_thread(self.shelf.turn, sha256)
            while held is None:
                await asyncio.sleep(LOOK_S)
                held = await asyncio.to_thread(self.shelf.turn, sha256)
        try:
            yield
        finally:
            os.close(held)

    def _now_ms(self) -> int:
        return self.clock.now().at_ms
