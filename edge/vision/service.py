"""The supervisor's side of the vision shards: what becomes of what they see."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Protocol

from edge.config.schema import Camera, Config
from edge.core.errors import MolangError, TransientError
from edge.core.moment import AtMs, Steady
from edge.core.news import CameraChanged, PrivacyChanged, ReadingTaken, RulesChanged, ServiceChanged, TracksMoved
from edge.core.place import CameraId
from edge.core.policy.camera_health import Connected, Restarted, Scene
from edge.core.policy.rules.decide import Fact
from edge.core.policy.rules.rivers import Gauged
from edge.core.policy.rules.rule import RuleId
from edge.core.sensing import Quality
from edge.core.vision import Box, CameraState, SceneTrouble, Sighting, TrackId, TrackSeen
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.children import ChildHealth
from edge.kernel.wire.vision import (
    CameraHealth,
    Demand,
    DetectorHealth,
    FromShard,
    HidePrivate,
    KeepStill,
    SceneHealth,
    SegmentDone,
    StillKept,
    Tracks,
    WireTrack,
)
from edge.store.journal import Journal
from edge.store.passages import add_passages, drop_old_passages
from edge.store.readings import newest_level
from edge.store.suspensions import suspensions
from edge.vision.shards import Eyes, Shards
from edge.vision.troubles import Troubles
from edge.vision.walks import Walks
from edge.vision.watchman import Watchman

log = logging.getLogger(__name__)
TICK_S = 1.0
FORGET_EVERY_S = 60.0
MOST_FILED = 512
"""Files that wait for their rows. A disk that fails for longer holds up the shards' channel, nothing is dropped."""
LEVEL = "level"


class Segments(Protocol):
    """Who keeps the index of recordings."""

    async def keep(self, segment: SegmentDone) -> None:
        """A segment lies complete on the disk; tried until that is written down."""
        ...


class VisionService:
    """Owns the shards. ``health`` and ``tracks`` are the latest words of every camera, for the wall."""

    def __init__(
        self, config: Config, eyes: Eyes, desk: IncidentDesk, segments: Segments, journal: Journal, bus: Bus
    ) -> None:
        self._config = config
        self._desk = desk
        self._segments = segments
        self._journal = journal
        self._bus = bus
        self._clock = journal.clock
        periods_s = {gauge.id: gauge.period_s for gauge in config.gauge}
        self.watchmen = {camera.id: Watchman(camera, periods_s, desk, self._keep_picture) for camera in config.camera}
        self._private = eyes.private
        self._shards = Shards(config, eyes, self._heard, self._greeted, self._shard_changed)
        self._troubles = Troubles(config.camera, desk)
        self._walks = Walks()
        self._filed: asyncio.Queue[SegmentDone | StillKept] = asyncio.Queue(MOST_FILED)
        self._turns = {camera.id: asyncio.Lock() for camera in config.camera}
        self._unstored: set[str] = set()
        self._demanded: dict[str, float] = {}
        self._active: dict[str, frozenset[RuleId]] = {}
        self.health: dict[str, tuple[CameraHealth, AtMs]] = {}
        self.tracks: dict[str, Sighting] = {}

    def packets_path(self, camera: str) -> str:
        """The socket that hands out this camera's packets."""
        return self._shards.packets_path(camera)

    def scene_trouble(self, camera: str) -> str:
        """What is wrong with a camera's picture; empty: nothing known."""
        return self._troubles.of_scene(camera)

    def is_active(self, camera: str, rule: str) -> bool:
        """Whether this rule looks now."""
        return rule in self._active.get(camera, frozenset())

    def rests_until_ms(self, camera: str, rule: str) -> int | None:
        """Until when this rule rests because somebody asked for it; None when it does not."""
        return self.watchmen[camera].rests_until_ms(rule, self._clock.now().at_ms)

    async def rest(self, camera: str, rule: str, until_ms: int | None) -> None:
        """Somebody lets a rule (or ``all``) rest until then, or ends that."""
        self.watchmen[camera].rest(rule, until_ms)
        await self._look_around(camera)
        self._bus.publish(RulesChanged(CameraId(camera)))

    async def run(self) -> None:
        """Start the shards and watch until cancelled."""
        await self._resume()
        async with asyncio.TaskGroup() as group:
            for shard in self._shards.children:
                group.create_task(shard.run())
            group.create_task(self._file())
            group.create_task(self._watch_rivers())
            group.create_task(self._tick())
            group.create_task(self._hide_private())

    async def _resume(self) -> None:
        """What was open stays open; what no rule would end any more is ended now."""
        subjects, now = await self._desk.open_subjects(), self._clock.now()
        stray = [one for watchman in self.watchmen.values() for one in watchman.resume(subjects, now)]
        for subject in (*stray, *self._troubles.resume(subjects, now)):
            await self._desk.close(subject)
        for (camera, rule), until_ms in (await self._journal.record(suspensions)).items():
            if camera in self.watchmen and (rule == "all" or self.watchmen[camera].has(rule)):
                self.watchmen[camera].rest(rule, until_ms)
        await self._recall_rivers()

    async def _recall_rivers(self) -> None:
        """The last reading before the restart counts as what it is: some minutes old."""
        now = self._clock.now()
        for gauge in self._config.gauge:
            found = await self._journal.record(lambda tx, station=gauge.id: newest_level(tx, station))  # type: ignore[misc]  # the gauge of this turn
            if found and found[0] <= now.at_ms:
                steady = now.steady - (now.at_ms - found[0]) / 1000
                await self._see_everywhere(Gauged(gauge.id, found[1], steady))

    async def _greeted(self, cameras: Sequence[Camera]) -> None:
        """A shard that starts knows no demand and has said nothing of any picture."""
        for camera in cameras:
            self._demanded.pop(camera.id, None)
            self._troubles.hear(camera.id, Restarted(), self._clock.now())
            await self._demand(camera.id)

    def _shard_changed(self, health: ChildHealth, cameras: Sequence[Camera]) -> None:
        if health.state != "up":
            self._all_dark(cameras)
        self._bus.publish(ServiceChanged(health.name, health.state, health.detail, health.restarts))

    def _all_dark(self, cameras: Sequence[Camera]) -> None:
        for camera in cameras:
            self.tracks.pop(camera.id, None)  # who was seen before must not stay on the wall as a ghost
            self._bus.publish(TracksMoved(CameraId(camera.id)))
            self._note(CameraHealth(camera.id, CameraState.CONNECTING, "Tiến trình xem hình đang khởi động lại."))

    def _note(self, health: CameraHealth) -> None:
        before, now = self.health.get(health.camera), self._clock.now()
        same = before is not None and before[0].state == health.state
        self.health[health.camera] = (health, before[1] if same and before else now.at_ms)
        self._troubles.hear(health.camera, Connected(health.state == CameraState.ONLINE), now)
        self._bus.publish(CameraChanged(CameraId(health.camera)))

    async def _heard(self, message: FromShard) -> None:
        if isinstance(message, Tracks):
            sighting = _sighting(message)
            self.tracks[message.camera] = sighting
            self._bus.publish(TracksMoved(CameraId(message.camera)))
            self._walks.add(message.camera, sighting)
            await self._see(message.camera, sighting)
        elif isinstance(message, CameraHealth):
            self._note(message)
        elif isinstance(message, SceneHealth):
            trouble = SceneTrouble(message.trouble) if message.trouble else None
            self._troubles.hear(message.camera, Scene(trouble), self._clock.now())
            self._bus.publish(CameraChanged(CameraId(message.camera)))
        elif isinstance(message, SegmentDone | StillKept):
            await self._filed.put(message)
        elif isinstance(message, DetectorHealth):
            self._bus.publish(ServiceChanged("detector", "up" if message.ok else "off", message.detail, 0))

    async def _file(self) -> None:
        """What lies on the disk is written down in a task of its own: a slow disk must not hold up the tracks."""
        while True:
            done = await self._filed.get()
            if isinstance(done, SegmentDone):
                await self._segments.keep(done)
            else:
                box = Box(*done.box) if done.box else None
                await self._desk.keep_still(done.incident, done.path, done.sha256, box)

    async def _keep_picture(self, camera: str, incident: str, track: int) -> None:
        try:
            await self._shards.tell(camera, KeepStill(camera, incident, track))
        except TransientError as error:
            log.warning("no picture of incident %s: %s", incident, error)

    async def _hide_private(self) -> None:
        with self._bus.listen(PrivacyChanged) as mailbox:
            async for news in mailbox:
                with contextlib.suppress(TransientError):  # a shard that starts is told by its setup
                    await self._shards.tell(news.camera, HidePrivate(news.camera, self._private(news.camera)))

    async def _demand(self, camera: str) -> None:
        """Tell the shard what the active rules want, when that changed; one that is down asks again at its start."""
        wanted = self.watchmen[camera].demand(self._clock.now())
        if wanted != self._demanded.get(camera, 0.0):
            with contextlib.suppress(TransientError):
                await self._shards.tell(camera, Demand(camera, wanted))
                self._demanded[camera] = wanted

    async def _look_around(self, camera: str) -> None:
        """Rules fall asleep and wake with the hours, the river and people's wishes."""
        active = self.watchmen[camera].active(self._clock.now())
        if active != self._active.get(camera):
            self._active[camera] = active
            self._bus.publish(RulesChanged(CameraId(camera)))
        await self._demand(camera)

    async def _tick(self) -> None:
        forgotten = float("-inf")
        while True:
            for camera in self.watchmen:
                await self._see(camera, None)
                await self._look_around(camera)
            now = self._clock.steady()
            with contextlib.suppress(TransientError):  # said by the writer; tried again at the next tick
                await self._keep_walks(now)
                if now - forgotten >= FORGET_EVERY_S:
                    await self._journal.record(drop_old_passages)
                    forgotten = now
            await asyncio.sleep(TICK_S)

    async def _keep_walks(self, now: Steady) -> None:
        finished = self._walks.finished(now)
        if finished:
            await self._journal.record(lambda tx: add_passages(tx, finished))
            self._walks.stored(finished)

    async def _watch_rivers(self) -> None:
        with self._bus.listen(ReadingTaken) as mailbox:
            async for news in mailbox:
                reading = news.reading
                if reading.quantity == LEVEL and reading.quality is Quality.GOOD:
                    await self._see_everywhere(Gauged(reading.station, reading.value, self._clock.steady()))

    async def _see_everywhere(self, reading: Gauged) -> None:
        for camera in self.watchmen:
            await self._see(camera, reading)

    async def _see(self, camera: str, fact: Fact) -> None:
        """A store that fails just now must not cost the shard; the policy decides again at the next sighting."""
        try:
            async with self._turns[camera]:
                now = self._clock.now()
                await self.watchmen[camera].see(fact, now)
                if fact is None:
                    await self._troubles.act(camera, now)
        except MolangError as error:
            if camera not in self._unstored:
                log.error("camera %s: incident not stored: %s", camera, error)  # noqa: TRY400 - the trace adds nothing
            self._unstored.add(camera)
        else:
            self._unstored.discard(camera)


def _sighting(message: Tracks) -> Sighting:
    tracks = tuple(_track(track) for track in message.tracks)
    return Sighting(CameraId(message.camera), AtMs(message.at_ms), Steady(message.steady), tracks)


def _track(track: WireTrack) -> TrackSeen:
    return TrackSeen(
        TrackId(track.track), track.label, track.score, Box(*track.box), track.age_s, track.hits, track.seen
    )
