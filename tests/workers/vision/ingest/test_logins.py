"""Ways to a camera: digest login with an awkward password, UDP, H.265, and a recorder with few places."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edge.core.vision import CameraState
from edge.kernel.wire.vision import CameraHealth, CameraSetup
from tests.workers.vision.bench import Bench, Cameras, wait_for, write_clip, yard

PASSWORD = "p@ss:w/rd?#1"  # noqa: S105 - a test's
IN_URL = "admin:p%40ss%3Aw%2Frd%3F%231@"


@pytest.mark.parametrize("digest", [[], ["--digest"]], ids=["basic", "digest"])
def test_login_with_any_letters_over_both_transports(
    digest: list[str], start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path
) -> None:
    server = start_cameras({"cong": quiet_clip}, "--password", PASSWORD, *digest)
    url = server.url("cong", IN_URL)
    bench = start_shard(cameras=(CameraSetup("tcp", url), CameraSetup("udp", url, transport="udp")))
    for camera in ("tcp", "udp"):
        bench.wait_state(camera, CameraState.ONLINE)
        wait_for(
            lambda camera=camera: any(  # type: ignore[misc]  # this turn's
                health.camera == camera and health.fps > 8 for health in bench.heard(CameraHealth)
            ),
            12,
            f"all pictures of {camera}; {bench.heard(CameraHealth)}",
        )
    assert PASSWORD not in bench.log


def test_h265_camera_is_watched(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "h265.mp4", (yard() for _ in range(20)), codec="libx265")
    bench = start_shard({"moi": start_cameras({"moi": clip}).url("moi")})
    bench.wait_state("moi", CameraState.ONLINE)
    assert bench.heard(CameraHealth)[-1].codec == "hevc"


def test_recorder_with_two_places_watches_two_cameras_and_says_so_of_the_third(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path
) -> None:
    server = start_cameras(dict.fromkeys(("k1", "k2", "k3", "main"), quiet_clip))
    cameras = tuple(
        CameraSetup(name, server.url(name), record_url=server.url("main"), sessions="dau-ghi", most_sessions=2)
        for name in ("k1", "k2", "k3")
    )
    bench = start_shard(cameras=cameras)
    names = {camera.id for camera in cameras}
    wait_for(lambda: sum(bench.states(name)[-1:] == ["online"] for name in names) == 2, 20, f"two; {bench.log}")
    (third,) = [name for name in names if bench.states(name)[-1:] != ["online"]]
    bench.wait_state(third, CameraState.REFUSED)
    said = [health for health in bench.heard(CameraHealth) if health.camera == third][-1]
    assert "2 luồng cùng lúc" in said.detail

    def recordings() -> list[str]:
        return list({health.camera: health.recording for health in bench.heard(CameraHealth)}.values())

    wait_for(
        lambda: all("2 luồng cùng lúc" in why for why in recordings()), 10, f"why nothing is recorded: {recordings()}"
    )
