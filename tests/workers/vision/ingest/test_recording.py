"""Main streams on the disk: files that play, follow each other, survive a kill, and a disk that fails."""

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from edge.core.vision import CameraState
from edge.kernel.wire.vision import CameraHealth, CameraSetup, SegmentDone
from tests.workers.vision.bench import Bench, Cameras, wait_for, write_clip, yard

SEGMENT_S = 2.0


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Four seconds of each kind, and a camera that changes its size."""
    folder = tmp_path_factory.mktemp("films")
    large, small = [yard()] * 40, [yard(320, 184)] * 40
    return {
        "h264": write_clip(folder / "h264.mp4", iter(large)),
        "h265": write_clip(folder / "h265.mp4", iter(large), codec="libx265"),
        "b-frames": write_clip(folder / "b.mp4", iter(large), b_frames=2),
        "small": write_clip(folder / "small.mp4", iter(small)),
    }


def one_url(name: str, url: str, record_url: str = "") -> CameraSetup:
    """A camera whose one stream is watched and recorded, unless another one is recorded."""
    return CameraSetup(name, url, record_url=record_url or url)


def pictures(path: Path) -> list[tuple[float, int, int]]:
    """Time, width and height of everything that plays, in the order of showing; it must be video alone."""
    with av.open(str(path)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
        shown: list[tuple[float, int, int]] = []
        with contextlib.suppress(av.error.InvalidDataError):  # the torn end of a torn file
            for frame in container.decode(video=0):
                shown.append((float(frame.time or 0), frame.width, frame.height))
        return shown


def segments(bench: Bench, camera: str) -> list[SegmentDone]:
    """What was announced of a camera."""
    return [done for done in bench.heard(SegmentDone) if done.camera == camera]


def recording(bench: Bench, camera: str) -> str:
    """What the camera's health says of its recording now."""
    told = [health.recording for health in bench.heard(CameraHealth) if health.camera == camera]
    return told[-1] if told else ""


def test_h264_h265_and_b_frames_become_files_that_play_and_follow_each_other(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], films: dict[str, Path], tmp_path: Path
) -> None:
    server = start_cameras({name: films[name] for name in ("h264", "h265", "b-frames")})
    url = server.url("h264")
    cameras = (
        one_url("mot", url),
        one_url("h265", url, server.url("h265")),
        one_url("b", url, server.url("b-frames")),
    )
    bench = start_shard(cameras=cameras, segment_s=SEGMENT_S)
    names = ("mot", "h265", "b")
    wait_for(lambda: all(len(segments(bench, name)) >= 3 for name in names), 25, f"segments; log {bench.log}")
    for name, codec, tag in (("mot", "h264", "avc1"), ("h265", "hevc", "hvc1"), ("b", "h264", "avc1")):
        done = segments(bench, name)
        assert recording(bench, name) == "on"
        assert {(one.codec, one.width, one.height) for one in done} == {(codec, 640, 360)}
        for before, after in zip(done, done[1:], strict=False):
            assert before.ended_ms == pytest.approx(after.began_ms, abs=150)
            assert after.began_ms - before.began_ms == pytest.approx(SEGMENT_S * 1000, abs=400)
        path = tmp_path / "media" / done[1].path
        assert path.parent.parent == tmp_path / "media" / "recordings" / name
        assert path.stat().st_size == done[1].bytes
        with av.open(str(path)) as container:
            assert container.streams.video[0].codec_context.codec_tag == tag
        times = [shown for shown, _, _ in pictures(path)]
        steps = [after - before for before, after in zip(times, times[1:], strict=False)]
        assert len(times) == 20
        assert steps == pytest.approx([0.1] * 19, abs=0.001)


def test_camera_that_changes_its_size_begins_a_new_file(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], films: dict[str, Path], tmp_path: Path
) -> None:
    server = start_cameras({"doi": Path(f"{films['h264']}+{films['small']}")})
    bench = start_shard(cameras=(one_url("doi", server.url("doi")),), segment_s=10.0)
    wait_for(lambda: len(segments(bench, "doi")) >= 2, 20, f"two sizes; log {bench.log}")
    assert {(done.width, done.height) for done in segments(bench, "doi")[:2]} == {(640, 360), (320, 184)}
    for done in segments(bench, "doi"):
        sizes = {(width, height) for _, width, height in pictures(tmp_path / "media" / done.path)}
        assert sizes == {(done.width, done.height)}
    assert bench.states("doi") == ["connecting", "online"]
    told = {(health.width, health.height) for health in bench.heard(CameraHealth)}
    assert {(640, 360), (320, 184)} <= told


def test_recording_of_a_killed_shard_plays_and_is_announced_by_the_next_one(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], films: dict[str, Path], tmp_path: Path
) -> None:
    server = start_cameras({"cong": films["h264"]})
    setup = (one_url("cong", server.url("cong")),)
    first = start_shard(cameras=setup, segment_s=60.0)
    folder = tmp_path / "media" / "recordings" / "cong"
    wait_for(lambda: recording(first, "cong") == "on", 10, f"recording; log {first.log}")
    time.sleep(3.5)
    first.process.kill()
    first.process.wait(5)
    (torn,) = folder.glob("*/*.mp4")
    torn.write_bytes(torn.read_bytes()[:-3000])  # the power cut took what the disk had not written yet
    rubbish = torn.with_stem(str(int(torn.stem) + 1))
    rubbish.write_bytes(b"\x00" * 100)
    second = start_shard(cameras=setup, segment_s=60.0)
    wait_for(lambda: bool(segments(second, "cong")), 10, f"the torn file; log {second.log}")
    (done,) = segments(second, "cong")
    assert tmp_path / "media" / done.path == torn
    assert 1500 <= done.ended_ms - done.began_ms <= 5000
    assert len(pictures(torn)) >= 15
    assert not rubbish.exists()


def test_disk_that_fails_costs_the_recording_and_nothing_else(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], films: dict[str, Path], tmp_path: Path
) -> None:
    server = start_cameras({"cong": films["h264"]})
    blocked = tmp_path / "media" / "recordings"
    blocked.parent.mkdir()
    blocked.write_text("no folder")
    bench = start_shard(cameras=(one_url("cong", server.url("cong")),), segment_s=SEGMENT_S)
    wait_for(lambda: "Ổ đĩa" in recording(bench, "cong"), 15, f"the disk's trouble; log {bench.log}")
    assert bench.states("cong") == ["connecting", "online"]
    blocked.unlink()
    wait_for(lambda: bool(segments(bench, "cong")), 30, f"recorded again; log {bench.log}")
    assert recording(bench, "cong") == "on"
    assert bench.states("cong") == ["connecting", "online"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_full_disk_is_named_and_what_fits_plays(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], films: dict[str, Path], tmp_path: Path
) -> None:
    small = tmp_path / "media"
    small.mkdir()
    mounted = os.spawnlp(os.P_WAIT, "mount", "mount", "-t", "tmpfs", "-o", "size=400k", "none", str(small))
    if mounted != 0:
        pytest.skip("a tmpfs cannot be mounted here")
    try:
        server = start_cameras({"cong": films["h264"]})
        bench = start_shard(cameras=(one_url("cong", server.url("cong")),), segment_s=60.0)
        wait_for(lambda: "đầy" in recording(bench, "cong"), 25, f"full; log {bench.log}")
        bench.wait_state("cong", CameraState.ONLINE)
        wait_for(lambda: bool(segments(bench, "cong")), 5, "what fits")
        assert pictures(small / segments(bench, "cong")[0].path)
        bench.close()
    finally:
        os.spawnlp(os.P_WAIT, "umount", "umount", "-l", str(small))
