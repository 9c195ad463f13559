"""Cuts clips of incidents and exports, one at a time, each in a child process of its own."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from edge.core.errors import FinalError, TransientError
from edge.core.moment import Steady
from edge.core.news import IncidentChanged, RecordingsChanged
from edge.core.recording import Span
from edge.kernel.bus import Bus
from edge.kernel.errand import run_errand
from edge.kernel.wire.export import BlurSetup, Cut, CutDone, FromExport, Heal, HealDone, JobFailed, Piece
from edge.kernel.wire.vision import Outline
from edge.recording.disk import CLIPS, EXPORTS
from edge.recording.keeper import Keeper
from edge.recording.note import note
from edge.store.exports import ExportRow, Taken, fail_export, finish_export, next_export, wait_again
from edge.store.incidents import keep_clip
from edge.store.journal import Journal
from edge.store.reader import Reader
from edge.store.recordings import mark_incident
from edge.store.retention import note_path
from edge.store.timeline import recordings

log = logging.getLogger(__name__)

LOOK_S = 1.0
MOST_CLIPS = 64
"""Overflow rule: the clip that waits longest is not cut; its segments are there all the same."""
PATIENCE_S = 90.0
"""The segment that ends a clip is finished within a minute; a camera that went dark never finishes it."""
COPY_S, COPY_SHARE = 60.0, 0.1
BLUR_S, BLUR_SHARE = 120.0, 40.0
"""Deadlines: so long, and so many times the span. Blurring a 1080p picture takes 0.2 s on a slow board."""
Answer = TypeVar("Answer", CutDone, HealDone)
NO_PICTURE = "Không có bản ghi nào của camera này trong khoảng thời gian đó."


@dataclass(frozen=True, slots=True)
class Workshop:
    """What cutting needs to know of the box: names for the note; how people are blurred, and each camera's masks."""

    media_folder: Path
    commune: str
    names: Mapping[str, str]
    blur: BlurSetup
    masks: Mapping[str, tuple[Outline, ...]]

    def blur_of(self, camera: str) -> BlurSetup:
        """How this camera's pictures are blurred."""
        return msgspec.structs.replace(self.blur, masks=self.masks.get(camera, ()))


@dataclass(frozen=True, slots=True)
class _Clip:
    incident: str
    span: Span
    asked: Steady


class Cutter:
    """The queue of what is to be cut: clips live in memory and come first, exports wait in the store."""

    def __init__(self, workshop: Workshop, keeper: Keeper, reader: Reader, journal: Journal, bus: Bus) -> None:
        self._workshop = workshop
        self._keeper = keeper
        self._reader = reader
        self._journal = journal
        self._bus = bus
        self._clips: dict[str, _Clip] = {}
        self._unmarked: deque[Span] = deque(maxlen=MOST_CLIPS)

    def want_clip(self, incident: str, span: Span) -> None:
        """Cut it once it is all there; what there is of this span goes last from now on."""
        if len(self._clips) >= MOST_CLIPS and incident not in self._clips:
            late = next(iter(self._clips))
            log.warning("too many clips wanted, none for incident %s", late)
            del self._clips[late]
        self._clips[incident] = _Clip(incident, span, self._journal.clock.steady())
        self._unmarked.append(span)

    async def run(self) -> None:
        """Cut for ever."""
        await self._journal.record(wait_again)
        while True:
            await self._mark()
            worked = await self._cut_a_clip() or await self._cut_an_export()
            if not worked:
                await asyncio.sleep(LOOK_S)

    async def _mark(self) -> None:
        while self._unmarked:
            span = self._unmarked.popleft()
            await self._journal.record_surely(partial(mark_incident, span=span))

    async def _cut_a_clip(self) -> bool:
        clip = await asyncio.to_thread(self._first_ready)
        if clip is None:
            return False
        self._clips.pop(clip.incident)
        try:
            done = await self._cut(clip.span, f"{CLIPS}/{clip.incident}.mp4", blur=None)
        except (FinalError, TransientError) as error:
            log.info("no clip of incident %s: %s", clip.incident, error)
            return True
        path = f"{CLIPS}/{clip.incident}.mp4"
        self._keeper.add_file(done.bytes)
        await self._journal.record_surely(lambda tx: mark_incident(tx, clip.span))
        await self._journal.record_surely(lambda tx: keep_clip(tx, clip.incident, path, done.sha256))
        self._bus.publish(IncidentChanged())
        return True

    def _first_ready(self) -> _Clip | None:
        return next((clip for clip in tuple(self._clips.values()) if self._is_ready(clip)), None)

    def _is_ready(self, clip: _Clip) -> bool:
        if self._journal.clock.steady() - clip.asked > PATIENCE_S:
            return True
        newest = self._reader.row(
            "SELECT ended_ms FROM segment WHERE camera = ? ORDER BY began_ms DESC LIMIT 1", clip.span.camera
        )
        return newest is not None and newest["ended_ms"] >= clip.span.until_ms

    async def _cut_an_export(self) -> bool:
        row = await self._journal.record(next_export)
        if row is None:
            return False
        self._bus.publish(RecordingsChanged())
        try:
            await self._export(row)
        except (FinalError, TransientError) as error:
            reason = str(error)
            log.warning("export %s failed: %s", row.id, reason)
            await self._journal.record_surely(lambda tx: fail_export(tx, row.id, reason))
        self._bus.publish(RecordingsChanged())
        return True

    async def _export(self, row: ExportRow) -> None:
        path = f"{EXPORTS}/{row.id}.mp4"
        blur = self._workshop.blur_of(row.span.camera) if row.blur else None
        done = await self._cut(row.span, path, blur)
        text = note(row, done, self._workshop.names.get(row.span.camera, row.span.camera), self._workshop.commune)
        await asyncio.to_thread(_write, self._workshop.media_folder / note_path(path), text)
        self._keeper.add_file(done.bytes + len(text.encode()))
        taken = Taken(path, done.sha256, done.bytes)
        await self._journal.record_surely(lambda tx: finish_export(tx, row, taken, done.blurred))

    async def _cut(self, span: Span, out: str, blur: BlurSetup | None) -> CutDone:
        rows = await asyncio.to_thread(recordings, self._reader, span.camera, span.since_ms, span.until_ms)
        if not rows:
            raise FinalError(NO_PICTURE)
        pieces = tuple(Piece(row["path"], row["began_ms"]) for row in rows)
        job = Cut(str(self._workshop.media_folder), pieces, span.since_ms, span.until_ms, out, blur)
        deadline_s = (BLUR_S + BLUR_SHARE * span.ms / 1000) if blur else (COPY_S + COPY_SHARE * span.ms / 1000)
        return await errand(job, CutDone, deadline_s)


async def errand(job: Cut | Heal, wanted: type[Answer], deadline_s: float) -> Answer:
    """One job of the export child; raises FinalError with its reason when it cannot be done."""
    kind: Any = FromExport  # a union is a type to msgspec
    answer = await run_errand("edge.workers.export", job, kind, deadline_s)
    if isinstance(answer, JobFailed):
        raise FinalError(answer.reason)
    assert isinstance(answer, wanted), f"{type(answer).__name__} is no answer to {type(job).__name__}"
    return answer


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as cause:
        raise TransientError(f"Không ghi được tờ kèm theo: {cause}.") from cause
