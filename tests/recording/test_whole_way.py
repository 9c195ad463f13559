"""A real camera is recorded by a real shard, looked at, cut for an incident and exported; unregistered it is not."""

import asyncio
import datetime as dt
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.config import load
from edge.config.schema import Camera, Config, Recording
from edge.core.recording import Span
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.wire.export import BlurSetup
from edge.recording.service import RecordingService, limits_of, workshop_of
from edge.store.journal import Journal
from edge.store.reader import Reader
from edge.vision.service import VisionService
from edge.vision.shards import Eyes
from tests.recording.bench import LAN
from tests.recording.films import frames_in
from tests.recording.test_cutting import until
from tests.workers.vision.bench import SYSTEM_PYTHON, Cameras, write_clip, yard

EXAMPLE = Path(__file__).parents[2] / "docs/ref/example.toml"
SEGMENT_S = 2.0


@pytest.fixture
def camera_url(tmp_path: Path) -> Iterator[str]:
    if not SYSTEM_PYTHON.exists() or subprocess.run([SYSTEM_PYTHON, "-c", "import gi"], check=False).returncode:
        pytest.skip("no GStreamer RTSP server: Debian gir1.2-gst-rtsp-server-1.0 and python3-gi are absent")
    server = Cameras({"cong": write_clip(tmp_path / "clip.mp4", (yard() for _ in range(40)))})
    yield server.url("cong")
    server.close()


def config(url: str) -> Config:
    registered = Camera(
        id="cong",
        name="Cổng",
        hamlet="dong",
        url=url,
        purpose="Bảo vệ trụ sở",
        legal_basis="QĐ 12",
        owner="UBND xã",
        sign_posted=dt.date(2026, 1, 2),
    )
    unregistered = Camera(id="san", name="Sân", hamlet="dong", url=url)
    recording = Recording(quota_gb=0.05, segment_s=SEGMENT_S)
    return msgspec.structs.replace(load(EXAMPLE), camera=(registered, unregistered), gauge=(), recording=recording)


class Watched:
    """The two services side by side, as the box wires them."""

    def __init__(self, settings: Config, folder: Path, journal: Journal) -> None:
        self.media = folder / "media"
        self.reader = Reader(folder / "molang.db")
        bus = Bus()
        workshop = workshop_of(settings, self.media, BlurSetup("", "detect_onnx", ()))
        self.recordings = RecordingService(limits_of(settings), workshop, Reader(folder / "molang.db"), journal, bus)
        desk = IncidentDesk(journal, bus, [], {}, self.recordings)
        self.vision = VisionService(settings, Eyes("", (), self.media, folder), desk, self.recordings, journal, bus)

    def segments(self) -> list[dict[str, Any]]:
        """What the index knows."""
        return self.reader.rows("SELECT camera, began_ms, ended_ms, path FROM segment ORDER BY began_ms")


@asynccontextmanager
async def watching(settings: Config, folder: Path) -> AsyncIterator[Watched]:
    journal = await Journal.open(folder / "molang.db", SystemClock())
    box = Watched(settings, folder, journal)
    tasks = [asyncio.create_task(part.run()) for part in (box.recordings, box.vision)]
    try:
        yield box
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        journal.close()


async def test_from_the_camera_to_the_export(tmp_path: Path, camera_url: str) -> None:
    async with watching(config(camera_url), tmp_path) as box:
        await until(lambda: len(box.segments()) >= 3)
        rows = box.segments()
        assert {row["camera"] for row in rows} == {"cong"}, "a camera without its entry in the register records nothing"
        for before, after in zip(rows, rows[1:], strict=False):
            assert abs(after["began_ms"] - before["ended_ms"]) < 500
        span = Span("cong", rows[0]["began_ms"], rows[2]["ended_ms"])
        assert len(await box.recordings.desk.view(span, LAN, "thử")) >= 3
        await box.recordings.desk.export("e-1", span, LAN, "thử", blur=False)
        await until(lambda: box.reader.row("SELECT 1 FROM export WHERE state IN ('done', 'failed')"))
        taken = await box.recordings.desk.take("e-1", LAN)
        lasts_s = span.ms / 1000
        assert len(frames_in(box.media / taken["path"])) == pytest.approx(lasts_s * 10, abs=12)


async def test_after_a_killed_shard_no_file_is_without_its_row(tmp_path: Path, camera_url: str) -> None:
    async with watching(config(camera_url), tmp_path) as box:
        await until(lambda: len(box.segments()) >= 1)
        pid = box.vision._shards.children[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        count = len(box.segments())
        await until(lambda: len(box.segments()) >= count + 2)
    async with watching(config(camera_url), tmp_path) as box:
        await until(lambda: box.segments()[-1]["began_ms"] > SystemClock().now().at_ms - 4000)
        known = {row["path"] for row in box.segments()}
        files = {str(path.relative_to(box.media)) for path in (box.media / "recordings").rglob("*.mp4")}
        assert len(files - known) <= 1, "only what is being written now"
        for path in known:
            assert frames_in(box.media / path)
