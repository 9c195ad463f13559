"""Exports that people asked for: they wait in the store and are cut one after the other."""

import asyncio
import logging
from pathlib import Path

from edge.core.errors import FinalError, TransientError
from edge.core.news import RecordingsChanged
from edge.kernel.bus import Bus
from edge.recording.cutting import LOOK_S, Workshop, cut
from edge.recording.disk import EXPORTS
from edge.recording.keeper import Keeper
from edge.recording.note import note
from edge.store.exports import ExportRow, Taken, fail_export, finish_export, next_export, wait_again
from edge.store.journal import Journal
from edge.store.reader import Reader
from edge.store.retention import note_path

log = logging.getLogger(__name__)


class Exports:
    """Makes the files; who asks and who takes is the desk's business."""

    def __init__(self, workshop: Workshop, keeper: Keeper, reader: Reader, journal: Journal, bus: Bus) -> None:
        self._workshop = workshop
        self._keeper = keeper
        self._reader = reader
        self._journal = journal
        self._bus = bus

    async def run(self) -> None:
        """Cut for ever; what was in work when the box stopped is begun again."""
        await self._journal.record(wait_again)
        while True:
            row = await self._journal.record(next_export)
            if row is None:
                await asyncio.sleep(LOOK_S)
            else:
                await self._make(row)

    async def _make(self, row: ExportRow) -> None:
        self._bus.publish(RecordingsChanged())
        try:
            await self._export(row)
        except (FinalError, TransientError) as error:
            reason = str(error)
            log.warning("export %s failed: %s", row.id, reason)
            await self._journal.record_surely(lambda tx: fail_export(tx, row.id, reason))
        self._bus.publish(RecordingsChanged())

    async def _export(self, row: ExportRow) -> None:
        folder, path = self._workshop.media_folder, f"{EXPORTS}/{row.id}.mp4"
        blur = self._workshop.blur_of(row.span.camera) if row.blur else None
        done = await cut(self._reader, folder, row.span, path, blur)
        text = note(row, done, self._workshop.names.get(row.span.camera, row.span.camera), self._workshop.commune)
        await asyncio.to_thread(_write, folder / note_path(path), text)
        self._keeper.add_file(done.bytes + len(text.encode()))
        taken = Taken(path, done.sha256, done.bytes)
        await self._journal.record_surely(lambda tx: finish_export(tx, row, taken, done.blurred))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as cause:
        raise TransientError(f"Không ghi được tờ kèm theo: {cause}.") from cause
