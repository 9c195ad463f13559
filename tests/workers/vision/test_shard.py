"""The whole shard as a child process, with real RTSP cameras and the real detector."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from edge.core.vision import CameraState
from edge.kernel.wire import Beat
from edge.kernel.wire.vision import CameraHealth, DetectorHealth, StillKept, Tracks
from tests.workers.vision.bench import ROOT, Bench, Cameras, persons_from, wait_for, write_clip

RIGHT_HALF = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
REAL_PERSONS = ROOT.parent / "shared" / "assets" / "video" / "one-by-one-person-detection.mp4"


def _sure(bench: Bench) -> list[Tracks]:
    return [said for said in bench.heard(Tracks) if any(track.hits >= 3 for track in said.tracks)]


def test_person_is_tracked_into_the_zone_gets_a_picture_and_is_reported_gone(
    start_shard: Callable[..., Bench],
    start_cameras: Callable[..., Cameras],
    person_clip: Path,
    model_path: str,
    tmp_path: Path,
) -> None:
    cameras = start_cameras({"cong": person_clip})
    bench = start_shard({"cong": cameras.url("cong")}, zone=RIGHT_HALF, model=model_path)
    wait_for(lambda: bool(_sure(bench)), 20, f"a person, sure; log {bench.log}")
    first = next(said for said in bench.heard(Tracks) if said.tracks)
    assert first.tracks[0].label == "person"
    assert time.monotonic() - 20 < first.steady < time.monotonic()
    assert abs(first.at_ms / 1000 - time.time() - (first.steady - time.monotonic())) < 0.1

    bench.keep_still("cong", "vu-1")
    wait_for(lambda: bool(bench.heard(StillKept)), 5, "the still")
    (kept,) = bench.heard(StillKept)
    jpeg = (tmp_path / "media" / kept.path).read_bytes()
    assert kept.path == "stills/vu-1.jpg"
    assert (hashlib.sha256(jpeg).hexdigest(), len(jpeg)) == (kept.sha256, kept.bytes)
    latest = cv2.imread(str(tmp_path / "media" / "latest" / "cong.jpg"))
    assert latest is not None
    assert latest.shape == (360, 640, 3)

    wait_for(lambda: any(not said.tracks for said in bench.heard(Tracks)), 20, "an empty Tracks when the person left")
    assert all(health.ok for health in bench.heard(DetectorHealth))


def test_three_hits_are_reported_well_within_a_second_and_a_half(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], model_path: str, tmp_path: Path
) -> None:
    if not REAL_PERSONS.is_file():
        pytest.skip("no real clip of persons: ../shared/assets is absent")
    clip = write_clip(tmp_path / "real.mp4", persons_from(REAL_PERSONS, seconds=15))
    cameras = start_cameras({"cong": clip})
    bench = start_shard({"cong": cameras.url("cong")}, model=model_path)
    wait_for(lambda: bool(_sure(bench)), 25, f"a person; log {bench.log}")
    said = [(heard, message) for heard, message in bench.said if isinstance(message, Tracks)]
    entered = next(message.steady for _, message in said if message.tracks)
    sure = next(heard for heard, message in said if any(track.hits >= 3 for track in message.tracks))
    assert sure - entered < 1.5


@pytest.mark.parametrize("broken", ["", "no-such.onnx", "rubbish.onnx"])
def test_shard_without_a_model_says_so_and_its_cameras_go_on(
    broken: str,
    start_shard: Callable[..., Bench],
    start_cameras: Callable[..., Cameras],
    quiet_clip: Path,
    tmp_path: Path,
) -> None:
    (tmp_path / "rubbish.onnx").write_bytes(b"not a network")
    cameras = start_cameras({"cong": quiet_clip})
    bench = start_shard({"cong": cameras.url("cong")}, model=str(tmp_path / broken) if broken else "")
    bench.wait_state("cong", CameraState.ONLINE)
    (health,) = bench.heard(DetectorHealth)
    assert not health.ok
    assert "mô hình" in health.detail
    wait_for(lambda: (tmp_path / "media" / "latest" / "cong.jpg").is_file(), 5, "the latest still")
    beats = len(bench.heard(Beat))
    wait_for(lambda: len(bench.heard(Beat)) > beats + 1, 5, "beats go on")


def test_shard_tells_figures_of_an_online_camera(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path
) -> None:
    cameras = start_cameras({"cong": quiet_clip})
    bench = start_shard({"cong": cameras.url("cong")})
    wait_for(lambda: bool(bench.heard(CameraHealth)[-1].kbit_s), 15, "figures")
    figures = bench.heard(CameraHealth)[-1]
    assert (figures.codec, figures.width, figures.height) == ("h264", 640, 360)
    assert 8 <= figures.fps <= 13


def test_shard_ends_at_once_when_the_supervisor_is_gone(start_shard: Callable[..., Bench]) -> None:
    bench = start_shard({"cong": "rtsp://127.0.0.1:9/none"})
    began = time.monotonic()
    bench.sock.shutdown(2)
    assert bench.process.wait(3) == 0
    assert time.monotonic() - began < 1.0
