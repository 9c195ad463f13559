"""Recordings on the supervisor's side: segments come in, clips and exports go out, and nothing stays too long."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from edge.config.schema import Config
from edge.core.privacy import Areas
from edge.core.recording import Span
from edge.kernel.bus import Bus
from edge.kernel.keep_running import keep_running, run_apart
from edge.kernel.wire.export import BlurSetup
from edge.kernel.wire.vision import SegmentDone
from edge.recording.clips import Clips
from edge.recording.cutting import Workshop
from edge.recording.desk import RecordingDesk
from edge.recording.disk import MediaDisk
from edge.recording.exports import Exports
from edge.recording.keeper import Keeper, Limits
from edge.recording.sweep import sweep
from edge.store.journal import Journal
from edge.store.reader import Reader
from edge.store.recordings import Segment, keep_segment
from edge.store.retention import oldest_ms
from edge.store.timeline import pins

TICK_S = 30.0
"""Shorter than the minute by which the policy deletes sooner."""
COUNT_EVERY_S = 3600.0
"""Stills and notes come without a word to us: the disk itself is asked again."""
GIGABYTE = 1_000_000_000


class RecordingService:
    """Owns the index of recordings and the media folder. ``desk`` answers people.

    ``reader`` is its own: long questions are asked on it, from threads, and whoever shares it waits for them.
    """

    def __init__(
        self,
        limits: Limits,
        workshop: Workshop,
        reader: Reader,
        journal: Journal,
        bus: Bus,
        covered: Callable[[str, int], bool] = lambda _camera, _at_ms: False,
    ) -> None:
        self._journal = journal
        self._reader = reader
        self._disk = MediaDisk(workshop.media_folder)
        self._wake = asyncio.Event()
        self.keeper = Keeper(limits, self._disk, reader, journal, bus)
        self._clips = Clips(workshop.media_folder, self.keeper, reader, journal, bus)
        self._exports = Exports(workshop, self.keeper, reader, journal, bus)
        self.desk = RecordingDesk(self.keeper, reader, journal, bus, covered)

    async def keep(self, segment: SegmentDone) -> None:
        """A segment lies complete on the disk: index it, and make room for the next one."""
        row = Segment(
            camera=segment.camera,
            path=segment.path,
            began_ms=segment.began_ms,
            ended_ms=segment.ended_ms,
            bytes=segment.bytes,
            codec=segment.codec,
            width=segment.width,
            height=segment.height,
            motion=segment.motion,
        )
        more = await self._journal.record_surely(lambda tx: keep_segment(tx, row, objects=segment.objects))
        self.keeper.add(segment.camera, segment.bytes, more)
        if self.keeper.too_full:
            self._wake.set()

    async def cut(self, incident: str, camera: str, since_ms: int, until_ms: int) -> None:
        """Make the clip of an incident once this span is recorded; its recordings go last from now on. Never waits."""
        self._clips.want(incident, Span(camera, since_ms, until_ms))

    async def settle(self) -> None:
        """Delete all that must go now, in batches between which others get their turn."""
        more = True
        while more:
            more = await self.keeper.tidy()

    async def run(self) -> None:
        """Run until cancelled."""
        started_ms = self._journal.clock.now().at_ms
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_running("retention", self._retain))
            group.create_task(run_apart("sweep", lambda: self._sweep(started_ms)))
            group.create_task(keep_running("clips", self._clips.run))
            group.create_task(keep_running("exports", self._exports.run))

    def section(self, reader: Reader) -> dict[str, Any]:
        """Figures for the wall: counts, no names and no pictures. Quick questions, on the reader of the asker."""
        return {
            "used_bytes": self.keeper.used_bytes,
            "quota_bytes": self.keeper.limits.quota_bytes,
            "oldest_ms": oldest_ms(reader),
            "pins": len(pins(reader)),
            "failing": self.keeper.failing,
        }

    def room(self) -> tuple[int, int, str]:
        """Used bytes, the quota, and what is wrong, in a sentence or empty."""
        return self.keeper.used_bytes, self.keeper.limits.quota_bytes, self.keeper.failing

    async def _retain(self) -> None:
        loop = asyncio.get_running_loop()
        counted = float("-inf")
        while True:
            if loop.time() - counted > COUNT_EVERY_S:
                await self.keeper.count()
                counted = loop.time()
            self._wake.clear()
            await self.settle()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._wake.wait()

    async def _sweep(self, started_ms: int) -> None:
        await sweep(self._disk, self._reader, self._journal, self.keeper, started_ms)


def limits_of(config: Config) -> Limits:
    """The quota and the days of each camera."""
    days: Mapping[str, int] = {camera.id: camera.retention_days for camera in config.camera}
    return Limits(int(config.recording.quota_gb * GIGABYTE), days)


def workshop_of(
    config: Config, media_folder: Path, blur: BlurSetup, private: Callable[[str], Areas] = lambda _camera: ()
) -> Workshop:
    """What cutting needs to know of this box; ``private`` is what nobody may see of a camera now."""
    names = {camera.id: camera.name for camera in config.camera}
    masks = {camera.id: camera.mask for camera in config.camera}
    return Workshop(media_folder, config.commune.name, names, blur, masks, private)
