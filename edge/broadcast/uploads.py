"""Recordings that people bring: a file becomes a bulletin, or the next part of one, and goes the way of all others.

What is brought is never aired unheard: it waits for the same approval, and a bulletin that grew waits for it anew.
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from edge.control.protocol import UploadRecording
from edge.core.errors import FinalError, TransientError
from edge.core.languages import language_name
from edge.core.news import BulletinChanged
from edge.core.place import EVERYWHERE
from edge.core.speech import Clip, RecordingId
from edge.kernel.bus import Bus
from edge.store.journal import Journal
from edge.store.uploads import UploadRow, ask_upload, fail_upload, finish_upload, waiting_uploads

log = logging.getLogger(__name__)

TRIES_AFTER_S = (1.0, 5.0)
"""A process that died may have been killed for its memory once; one that dies three times dies of this file."""


class Brought(Protocol):
    """Where brought files wait, and what becomes of them."""

    async def clip(self, upload: str) -> Clip:
        """A checked clip; raises FinalError with the reason, TransientError to try again."""
        ...

    def forget(self, upload: str) -> None:
        """The file is not needed any more."""
        ...

    def waiting(self, upload: str) -> object:
        """Raises FinalError when the file is not there."""
        ...


class Uploads:
    """Works them off one after the other, also what a restart broke off."""

    def __init__(self, brought: Brought, journal: Journal, bus: Bus, hamlets: Sequence[str]) -> None:
        self._brought = brought
        self._journal = journal
        self._bus = bus
        self._hamlets = frozenset(hamlets) | {EVERYWHERE}
        self._wake = asyncio.Event()

    async def ask(self, wish: UploadRecording) -> None:
        """Queue a brought file; the same id again is the same upload. Raises FinalError with what is wrong."""
        language_name(wish.language)
        unknown = [hamlet for hamlet in wish.hamlets if hamlet not in self._hamlets]
        if unknown:
            raise FinalError(f"Không có thôn {unknown[0][:40]!r}.")
        self._brought.waiting(wish.upload)
        row = UploadRow(
            wish.upload,
            wish.bulletin,
            wish.appends,
            wish.language,
            wish.text,
            wish.priority,
            wish.hamlets,
            wish.user,
            wish.role,
        )
        await self._journal.record(lambda tx: ask_upload(tx, row))
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wake.clear()
            for row in await self._journal.record_surely(waiting_uploads):
                await self._settle(row)
            await self._wake.wait()

    async def _settle(self, row: UploadRow) -> None:
        try:
            clip = await self._patiently(row)
            recording = RecordingId(self._journal.new_id())
            await self._journal.record_surely(lambda tx: finish_upload(tx, row, clip, recording))
        except (FinalError, TransientError) as error:
            log.warning("upload %s failed: %s", row.id, error)
            await self._journal.record_surely(partial(fail_upload, upload=row.id, why=str(error)))
        else:
            log.info("upload %s is a clip of %d ms of bulletin %s", row.id, clip.ms, row.bulletin)
        self._brought.forget(row.id)
        self._bus.publish(BulletinChanged())

    async def _patiently(self, row: UploadRow) -> Clip:
        for wait_s in TRIES_AFTER_S:
            try:
                return await self._brought.clip(row.id)
            except TransientError as error:
                log.warning("upload %s again in %.0f s: %s", row.id, wait_s, error)
                await asyncio.sleep(wait_s)
        return await self._brought.clip(row.id)
