"""The supervisor's side of the vision shards: who watches which camera, and what becomes of what they see."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.config.cameras import streams_of
from edge.config.schema import Camera, Config
from edge.core.errors import MolangError, TransientError
from edge.core.moment import AtMs, Steady
from edge.core.news import CameraChanged, ServiceChanged, TracksMoved
from edge.core.place import CameraId, Point, ZoneId, inside
from edge.core.vision import Box, CameraState, Sighting, TrackId, TrackSeen, feet
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.children import Child, ChildHealth
from edge.kernel.clock import Clock
from edge.kernel.wire.vision import (
    CameraHealth,
    CameraSetup,
    DetectorHealth,
    FromShard,
    KeepStill,
    ShardSetup,
    StillKept,
    Tracks,
    WireTrack,
)
from edge.vision.watchman import Watchman

log = logging.getLogger(__name__)
TICK_S = 1.0


@dataclass(frozen=True, slots=True)
class Eyes:
    """Where the model is (empty: none to be had) and where shards write."""

    model_path: str
    labels: tuple[str, ...]
    media_folder: Path
    run_folder: Path


class VisionService:
    """Owns the shards. ``health`` and ``tracks`` are the latest words of every camera, for the wall."""

    def __init__(self, config: Config, eyes: Eyes, desk: IncidentDesk, bus: Bus, clock: Clock) -> None:
        self._config = config
        self._eyes = eyes
        self._desk = desk
        self._bus = bus
        self._clock = clock
        self._watchmen = {camera.id: Watchman(camera, desk, self._keep_picture) for camera in config.camera}
        self._cameras = {camera.id: camera for camera in config.camera}
        self._shard_of: dict[str, Child[FromShard]] = {}
        self._turn = asyncio.Lock()
        self._unstored: set[str] = set()
        self.health: dict[str, tuple[CameraHealth, AtMs]] = {}
        self.tracks: dict[str, Sighting] = {}

    def packets_path(self, camera: str) -> str:
        """The socket that hands out this camera's packets."""
        return str(self._eyes.run_folder / f"packets-{self._shard_number(camera)}.sock")

    async def run(self) -> None:
        """Start the shards and watch until cancelled."""
        subjects = await self._desk.open_subjects()
        for watchman in self._watchmen.values():
            watchman.resume(subjects, self._clock.now())
        async with asyncio.TaskGroup() as group:
            for number in range(self._config.vision.shards):
                shard = self._shard(number)
                group.create_task(shard.run())
            group.create_task(self._tick())

    def _shard_number(self, camera: str) -> int:
        index = next(n for n, other in enumerate(self._config.camera) if other.id == camera)
        return index % self._config.vision.shards

    def _shard(self, number: int) -> Child[FromShard]:
        cameras = [camera for camera in self._config.camera if self._shard_number(camera.id) == number]

        async def greet(child: Child[FromShard]) -> None:
            await child.send(self._setup(number, cameras))

        def changed(health: ChildHealth) -> None:
            if health.state != "up":
                self._all_dark(cameras)
            self._bus.publish(ServiceChanged(health.name, health.state, health.detail, health.restarts))

        shard = Child(
            f"vision-{number}",
            "edge.workers.vision",
            FromShard,  # type: ignore[arg-type]  # a union is a type to msgspec
            greet=greet,
            heard=self._heard,
            changed=changed,
        )
        self._shard_of.update((camera.id, shard) for camera in cameras)
        return shard

    def _setup(self, number: int, cameras: Sequence[Camera]) -> ShardSetup:
        vision = self._config.vision
        return ShardSetup(
            shard=number,
            cameras=tuple(_camera_setup(camera, self._config) for camera in cameras),
            model_path=self._eyes.model_path,
            model_size=vision.size,
            labels=self._eyes.labels,
            min_score=vision.min_score,
            threads=vision.threads,
            media_folder=str(self._eyes.media_folder),
            packets_path=str(self._eyes.run_folder / f"packets-{number}.sock"),
        )

    def _all_dark(self, cameras: Sequence[Camera]) -> None:
        for camera in cameras:
            self.tracks.pop(camera.id, None)  # who was seen before must not stay on the wall as a ghost
            self._bus.publish(TracksMoved(CameraId(camera.id)))
            self._note(CameraHealth(camera.id, CameraState.CONNECTING, "Tiến trình xem hình đang khởi động lại."))

    def _note(self, health: CameraHealth) -> None:
        before = self.health.get(health.camera)
        same = before is not None and before[0].state == health.state
        self.health[health.camera] = (health, before[1] if same and before else self._clock.now().at_ms)
        self._bus.publish(CameraChanged(CameraId(health.camera)))

    async def _heard(self, message: FromShard) -> None:
        if isinstance(message, Tracks):
            sighting = _sighting(message, self._cameras[message.camera])
            self.tracks[message.camera] = sighting
            self._bus.publish(TracksMoved(CameraId(message.camera)))
            await self._see(message.camera, sighting)
        elif isinstance(message, CameraHealth):
            self._note(message)
        elif isinstance(message, StillKept):
            await self._desk.keep_still(message.incident, message.path, message.sha256)
        elif isinstance(message, DetectorHealth):
            state = "up" if message.ok else "off"
            self._bus.publish(ServiceChanged("detector", state, message.detail, 0))

    async def _keep_picture(self, camera: str, incident: str) -> None:
        try:
            await self._shard_of[camera].send(KeepStill(camera, incident))
        except TransientError as error:
            log.warning("no picture of incident %s: %s", incident, error)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for camera in self._watchmen:
                await self._see(camera, None)

    async def _see(self, camera: str, sighting: Sighting | None) -> None:
        """A store that fails just now must not cost the shard; the policy decides again at the next sighting."""
        try:
            async with self._turn:
                await self._watchmen[camera].see(sighting, self._clock.now())
        except MolangError as error:
            if camera not in self._unstored:
                log.error("camera %s: incident not stored: %s", camera, error)  # noqa: TRY400 - the trace adds nothing
            self._unstored.add(camera)
        else:
            self._unstored.discard(camera)


def _camera_setup(camera: Camera, config: Config) -> CameraSetup:
    streams = streams_of(camera, config)
    return CameraSetup(
        id=camera.id,
        url=streams.watch,
        areas=tuple(zone.polygon for zone in camera.zone),
        masks=camera.mask,
        detect_fps=camera.detect_fps,
        transport=camera.transport,
        decode=camera.decode,
        budget_kbit_s=camera.budget_kbit_s,
        sessions=streams.sessions,
        most_sessions=streams.most_sessions,
    )


def _sighting(message: Tracks, camera: Camera) -> Sighting:
    tracks = tuple(_track(track, camera) for track in message.tracks)
    return Sighting(CameraId(message.camera), AtMs(message.at_ms), Steady(message.steady), tracks)


def _track(track: WireTrack, camera: Camera) -> TrackSeen:
    box = Box(*track.box)
    stands = feet(box)
    zones = tuple(
        ZoneId(zone.id) for zone in camera.zone if inside(stands, tuple(Point(x, y) for x, y in zone.polygon))
    )
    return TrackSeen(TrackId(track.track), track.label, track.score, box, zones, track.age_s, track.hits)
