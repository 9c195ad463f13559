"""Photos that people send: found in their spool, checked by a process of their own, kept beside the stills."""

import asyncio
import logging
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from edge.core.errors import FinalError
from edge.kernel.errand import run_errand
from edge.kernel.wire.export import JobFailed
from edge.kernel.wire.photo import FromPhoto, PhotoTaken, TakePhoto
from edge.store.field import Photo, old_photos, photos_gone
from edge.store.journal import Journal

log = logging.getLogger(__name__)

STILLS, PHOTOS = "stills", "photos"
DEADLINE_S = 30.0
KEPT_MS = 30 * 24 * 3_600_000
"""A maximum (L3), that of cameras by default."""
FORGOTTEN_S = 24 * 3600.0
SWEEP_EVERY_S = 3600.0
BATCH = 200


@dataclass(frozen=True, slots=True)
class PhotoFolders:
    """Where photos wait (written by the web process) and where checked ones lie."""

    spool: Path
    media: Path


class Photos:
    """Takes photos in, one at a time, and deletes them when their time is over."""

    def __init__(self, folders: PhotoFolders, journal: Journal) -> None:
        self._folders = folders
        self._journal = journal
        self._one = asyncio.Lock()

    async def run(self) -> None:
        """Delete what is over its time, for ever."""
        while True:
            await asyncio.to_thread(self._sweep)
            await self._forget()
            await asyncio.sleep(SWEEP_EVERY_S)

    async def take(self, photo: str, of: str, *, is_still: bool) -> Photo:
        """A checked picture. Raises FinalError when it is none, TransientError to try again."""
        source = self._folders.spool / photo
        if not source.is_file():
            raise FinalError("Ảnh gửi lên không còn: hãy gửi lại ảnh.")
        path = f"{STILLS if is_still else PHOTOS}/{photo}.jpg"
        kind: Any = FromPhoto  # a union is a type to msgspec
        async with self._one:
            job = TakePhoto(str(source), str(self._folders.media / path))
            answer = await run_errand("edge.workers.photo", job, kind, DEADLINE_S)
        if isinstance(answer, JobFailed):
            self.forget(photo)
            raise FinalError(answer.reason)
        assert isinstance(answer, PhotoTaken), f"{type(answer).__name__} is no answer to TakePhoto"
        return Photo(photo, of, path, answer.sha256, answer.bytes)

    def forget(self, photo: str) -> None:
        """The spooled file is not needed any more."""
        (self._folders.spool / photo).unlink(missing_ok=True)

    def _sweep(self) -> None:
        for path in self._folders.spool.iterdir():
            if time.time() - path.stat().st_mtime > FORGOTTEN_S:
                path.unlink(missing_ok=True)

    async def _forget(self) -> None:
        before_ms = self._journal.clock.now().at_ms - KEPT_MS
        while old := await self._journal.record_surely(lambda tx: old_photos(tx, before_ms, BATCH)):
            for _, path in old:
                (self._folders.media / path).unlink(missing_ok=True)
            await self._journal.record_surely(partial(photos_gone, photos=old))
            log.info("%d photos are over their time and deleted", len(old))
