"""The vision shards: which camera belongs to which, what each is told at its start, and how to reach it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.config.cameras import streams_of
from edge.config.register import entry_of
from edge.config.schema import Camera, Config
from edge.core.privacy import Areas
from edge.core.register import may_record
from edge.kernel.children import SHARD_BEAT_DEADLINE_S, Child, ChildHealth
from edge.kernel.process import EYES
from edge.kernel.wire.vision import CameraSetup, FromShard, ShardSetup, ToShard

Heard = Callable[[FromShard], Awaitable[None]]
Greeted = Callable[[Sequence[Camera]], Awaitable[None]]
"""A shard was set up and knows these cameras."""
Changed = Callable[[ChildHealth, Sequence[Camera]], None]


def _nothing(_camera: str) -> Areas:
    return ()


@dataclass(frozen=True, slots=True)
class Eyes:
    """Where the model is (empty: none to be had), where shards write, and what nobody may see of a camera."""

    model_path: str
    labels: tuple[str, ...]
    media_folder: Path
    run_folder: Path
    private: Callable[[str], Areas] = _nothing


class Shards:
    """All shards of a box."""

    def __init__(self, config: Config, eyes: Eyes, heard: Heard, greeted: Greeted, changed: Changed) -> None:
        self._config = config
        self._eyes = eyes
        self._heard = heard
        self._greeted = greeted
        self._changed = changed
        self._numbers = shard_numbers(config.camera, config.vision.shards)
        self._children = [self._child(number) for number in range(config.vision.shards)]

    @property
    def children(self) -> Sequence[Child[FromShard]]:
        """Every shard, to be run."""
        return self._children

    def packets_path(self, camera: str) -> str:
        """The socket that hands out this camera's packets."""
        return self._socket(self._numbers[camera])

    async def tell(self, camera: str, message: ToShard) -> None:
        """Send to the shard of this camera; raises TransientError while it is down."""
        await self._children[self._numbers[camera]].send(message)

    def _socket(self, number: int) -> str:
        return str(self._eyes.run_folder / f"packets-{number}.sock")

    def _child(self, number: int) -> Child[FromShard]:
        cameras = [camera for camera in self._config.camera if self._numbers[camera.id] == number]

        async def greet(child: Child[FromShard]) -> None:
            await child.send(self._setup(number, cameras))
            await self._greeted(cameras)

        return Child(
            f"vision-{number}",
            "edge.workers.vision",
            FromShard,  # type: ignore[arg-type]  # a union is a type to msgspec
            greet=greet,
            heard=self._heard,
            changed=lambda health: self._changed(health, cameras),
            beat_deadline_s=SHARD_BEAT_DEADLINE_S,
            score=EYES,
        )

    def _setup(self, number: int, cameras: Sequence[Camera]) -> ShardSetup:
        vision = self._config.vision
        return ShardSetup(
            shard=number,
            cameras=tuple(camera_setup(camera, self._config, self._eyes.private(camera.id)) for camera in cameras),
            model_path=self._eyes.model_path,
            model_size=vision.size,
            labels=self._eyes.labels,
            min_score=vision.min_score,
            threads=vision.threads,
            media_folder=str(self._eyes.media_folder),
            packets_path=self._socket(number),
            backend=vision.backend,
            most_busy=vision.most_busy,
            segment_s=self._config.recording.segment_s,
            hardware=vision.hardware,
            backend_settings=vision.backend_settings,
        )


def shard_numbers(cameras: Sequence[Camera], shards: int) -> dict[str, int]:
    """Which shard watches which camera: the emptiest one takes the next.

    Cameras behind one recorder stay together, for its shard counts the sessions that it has open.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for camera in cameras:
        group = ("recorder", camera.recorder) if camera.recorder else ("camera", camera.id)
        groups.setdefault(group, []).append(camera.id)
    filled = [0] * shards
    numbers: dict[str, int] = {}
    for together in groups.values():
        number = filled.index(min(filled))
        filled[number] += len(together)
        numbers.update(dict.fromkeys(together, number))
    return numbers


def camera_setup(camera: Camera, config: Config, private: Areas = ()) -> CameraSetup:
    """What a shard must know of a camera. Without a complete entry in the register nothing is recorded (L1)."""
    streams = streams_of(camera, config)
    records = camera.record == "always" and may_record(entry_of(camera))
    return CameraSetup(
        id=camera.id,
        url=streams.watch,
        areas=tuple(zone.polygon for zone in camera.zone),
        masks=camera.mask,
        private=private,
        detect_fps=camera.detect_fps,
        transport=camera.transport,
        decode=camera.decode,
        record_url=streams.record if records else "",
        budget_kbit_s=camera.budget_kbit_s,
        sessions=streams.sessions,
        most_sessions=streams.most_sessions,
    )
