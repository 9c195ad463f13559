"""Fixtures: shards, cameras and clips that end with the test or the session."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.kernel.wire import Beat, Hello
from edge.kernel.wire.vision import CameraSetup, Outline, ShardSetup
from tests.workers.vision.bench import (
    EVERYWHERE,
    ROOT,
    SYSTEM_PYTHON,
    Bench,
    Cameras,
    person_passes,
    wait_for,
    write_clip,
    yard,
)


@pytest.fixture
def start_shard(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Start shards for ``{camera: url}`` or for whole cameras; they end with the test."""
    benches: list[Bench] = []

    def start(
        urls: dict[str, str] | None = None,
        *,
        zone: Outline = EVERYWHERE,
        model: str = "",
        cameras: tuple[CameraSetup, ...] = (),
        segment_s: float = 10.0,
    ) -> Bench:
        cameras += tuple(CameraSetup(name, url, (zone,)) for name, url in (urls or {}).items())
        (tmp_path / "run").mkdir(exist_ok=True)
        setup = ShardSetup(
            shard=len(benches) + 1,
            cameras=cameras,
            model_path=model,
            model_size=320,
            labels=("person",),
            min_score=0.4,
            threads=1,
            media_folder=str(tmp_path / "media"),
            packets_path=str(tmp_path / "run" / f"packets-{len(benches)}.sock"),
            segment_s=segment_s,
        )
        bench = Bench(setup)
        benches.append(bench)
        wait_for(lambda: bool(bench.heard(Hello)) and bool(bench.heard(Beat)), 20, f"Hello and Beat; log {bench.log}")
        return bench

    yield start
    for bench in benches:
        bench.close()


@pytest.fixture
def start_cameras() -> Iterator[Callable[..., Cameras]]:
    """Start RTSP servers for ``{name: clip}``; they end with the test."""
    if not SYSTEM_PYTHON.exists() or subprocess.run([SYSTEM_PYTHON, "-c", "import gi"], check=False).returncode:
        pytest.skip("no GStreamer RTSP server: Debian gir1.2-gst-rtsp-server-1.0 and python3-gi are absent")
    servers: list[Cameras] = []

    def start(mounts: dict[str, Path], *arguments: str) -> Cameras:
        servers.append(Cameras(mounts, *arguments))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def quiet_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds in which nothing moves."""
    return write_clip(tmp_path_factory.mktemp("clips") / "quiet.mp4", (yard() for _ in range(40)))


@pytest.fixture(scope="session")
def model_path() -> str:
    """The default detector, if this checkout has pulled its assets."""
    path = ROOT / "assets" / "yolov8n-320.onnx"
    if not path.is_file():
        pytest.skip("no detector: assets/yolov8n-320.onnx is absent, run `molang assets pull`")
    return str(path)


@pytest.fixture(scope="session")
def person_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty yard for four seconds, then persons from a photograph pass through it for four."""
    photograph = ROOT / "assets" / "bus.jpg"
    if not photograph.is_file():
        pytest.skip("no photograph: assets/bus.jpg is absent, run `molang assets pull`")
    return write_clip(tmp_path_factory.mktemp("clips") / "person.mp4", person_passes(photograph))
