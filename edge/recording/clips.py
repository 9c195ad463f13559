"""The films of incidents: cut as soon as the whole span is recorded."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from edge.core.errors import FinalError, TransientError
from edge.core.moment import Steady
from edge.core.news import IncidentChanged
from edge.core.recording import Span
from edge.kernel.bus import Bus
from edge.recording.cutting import LOOK_S, cut
from edge.recording.disk import CLIPS
from edge.recording.keeper import Keeper
from edge.store.incidents import keep_clip
from edge.store.journal import Journal
from edge.store.reader import Reader
from edge.store.recordings import mark_incident

log = logging.getLogger(__name__)

MOST_CLIPS = 64
"""Overflow rule: the clip that waits longest is not cut; its segments are there all the same."""
PATIENCE_S = 90.0
"""The segment that ends a clip is finished within a minute; a camera that went dark never finishes it."""


@dataclass(frozen=True, slots=True)
class _Clip:
    incident: str
    span: Span
    asked: Steady


class Clips:
    """What waits to be cut lives in memory: a restart costs a clip at most, never the recording that it shows."""

    def __init__(self, media_folder: Path, keeper: Keeper, reader: Reader, journal: Journal, bus: Bus) -> None:
        self._folder = media_folder
        self._keeper = keeper
        self._reader = reader
        self._journal = journal
        self._bus = bus
        self._waiting: dict[str, _Clip] = {}
        self._unmarked: deque[Span] = deque(maxlen=MOST_CLIPS)

    def want(self, incident: str, span: Span) -> None:
        """Cut it once it is all there; what there is of this span goes last from now on. Never waits."""
        if len(self._waiting) >= MOST_CLIPS and incident not in self._waiting:
            late = next(iter(self._waiting))
            log.warning("too many clips wanted, none for incident %s", late)
            del self._waiting[late]
        self._waiting[incident] = _Clip(incident, span, self._journal.clock.steady())
        self._unmarked.append(span)

    async def run(self) -> None:
        """Cut for ever, one after the other."""
        while True:
            await self._mark()
            clip = await asyncio.to_thread(self._first_ready)
            if clip is None:
                await asyncio.sleep(LOOK_S)
            else:
                await self._make(clip)

    async def _mark(self) -> None:
        while self._unmarked:
            span = self._unmarked.popleft()
            await self._journal.record_surely(partial(mark_incident, span=span))

    def _first_ready(self) -> _Clip | None:
        return next((clip for clip in tuple(self._waiting.values()) if self._is_ready(clip)), None)

    def _is_ready(self, clip: _Clip) -> bool:
        if self._journal.clock.steady() - clip.asked > PATIENCE_S:
            return True
        newest = self._reader.row(
            "SELECT ended_ms FROM segment WHERE camera = ? ORDER BY began_ms DESC LIMIT 1", clip.span.camera
        )
        return newest is not None and newest["ended_ms"] >= clip.span.until_ms

    async def _make(self, clip: _Clip) -> None:
        self._waiting.pop(clip.incident, None)
        path = f"{CLIPS}/{clip.incident}.mp4"
        try:
            done = await cut(self._reader, self._folder, clip.span, path)
        except (FinalError, TransientError) as error:
            log.info("no clip of incident %s: %s", clip.incident, error)
            return
        self._keeper.add_file(done.bytes)
        await self._journal.record_surely(partial(mark_incident, span=clip.span))
        await self._journal.record_surely(lambda tx: keep_clip(tx, clip.incident, path, done.sha256))
        self._bus.publish(IncidentChanged())
