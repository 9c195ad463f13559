"""Cameras that hang in every way, and streams that are odd: states are told, nobody else waits, nothing spins."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from edge.core.vision import CameraState
from edge.kernel.wire import BlockingChannel
from edge.kernel.wire.vision import CameraHealth, CameraSetup, SegmentDone, ToWatcher, WatchCamera
from tests.workers.vision.bench import Bench, Cameras, wait_for
from tests.workers.vision.ingest.fault_camera import Fault, Film, black_hole, fault_camera, read_film

HANGS = {
    "dung": Fault(stops_after=30),
    "nho-giot": Fault(trickles_after=20),
    "cham": Fault(describe_after_s=20.0),
    "ngat": Fault(hangs_up_after=15),
}
MOST_DELAY_S = 3.0


@pytest.fixture(scope="session")
def film(quiet_clip: Path) -> Film:
    """The quiet clip, ready to be sent."""
    return read_film(quiet_clip)


class Watcher(threading.Thread):
    """Watches one camera's packets and notes the longest pause between two."""

    def __init__(self, path: str, camera: str) -> None:
        super().__init__(daemon=True)
        self.longest_s = 0.0
        self.packets = 0
        self._sock = socket.socket(socket.AF_UNIX)
        self._sock.connect(path)
        self._channel: BlockingChannel[ToWatcher, WatchCamera] = BlockingChannel(self._sock, ToWatcher)  # type: ignore[arg-type]  # a union
        self._channel.send(WatchCamera(camera))

    def run(self) -> None:
        last = time.monotonic()
        while self._channel.receive() is not None:
            now = time.monotonic()
            self.longest_s = max(self.longest_s, now - last)
            self.packets += 1
            last = now


def test_cameras_that_hang_in_every_way_delay_nobody_and_nothing_spins(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path, film: Film
) -> None:
    with ExitStack() as fakes:
        urls = {name: fakes.enter_context(fault_camera(film, fault)) for name, fault in HANGS.items()}
        urls["ho-den"] = fakes.enter_context(black_hole())
        server = start_cameras({"tot": quiet_clip, "nua-mo": quiet_clip})
        vanishing = start_cameras({"nua-mo": quiet_clip})
        urls["tot"], urls["nua-mo"] = server.url("tot"), vanishing.url("nua-mo")
        bench = start_shard(urls)
        bench.wait_state("tot", CameraState.ONLINE)
        bench.wait_state("nua-mo", CameraState.ONLINE)
        watcher = Watcher(bench.setup.packets_path, "tot")
        watcher.start()
        psutil.Process(vanishing.process.pid).suspend()  # its kernel still answers, nobody behind it does
        cpu = psutil.Process(bench.process.pid).cpu_times()
        time.sleep(12)
        spent = psutil.Process(bench.process.pid).cpu_times()
        for name, state in (
            ("dung", CameraState.STALLED),
            ("nho-giot", CameraState.STALLED),
            ("cham", CameraState.STALLED),
            ("nua-mo", CameraState.STALLED),
            ("ho-den", CameraState.OFFLINE),
            ("ngat", CameraState.OFFLINE),
        ):
            wait_for(lambda name=name, state=state: state in bench.states(name), 15, f"{name} {state}; {bench.log}")  # type: ignore[misc]  # this turn's
        assert watcher.longest_s < MOST_DELAY_S
        assert watcher.packets > 80
        assert bench.states("tot") == ["connecting", "online"]
        assert spent.user + spent.system - cpu.user - cpu.system < 4.0
        stalled = [health for health in bench.heard(CameraHealth) if health.camera == "dung"]
        assert max(health.stalls_h for health in stalled) >= 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(with_sets_in_sdp=False, begins_with_key=False),
        Fault(first_timestamp=2**32 - 150_000),
        Fault(jumps=((25, 3600 * 90_000), (45, -1800 * 90_000))),
    ],
    ids=["no-sps-at-first", "wrap", "jumps"],
)
def test_odd_streams_stay_online_and_their_recordings_have_no_holes(
    fault: Fault, start_shard: Callable[..., Bench], film: Film
) -> None:
    with fault_camera(film, fault) as url:
        bench = start_shard(cameras=(CameraSetup("la", url, record_url=url),), segment_s=2.0)
        wait_for(lambda: len(bench.heard(SegmentDone)) >= 3, 15, f"recordings; log {bench.log}")
        assert bench.states("la") == ["connecting", "online"]
        done = bench.heard(SegmentDone)
        for before, after in zip(done, done[1:], strict=False):
            assert before.ended_ms == pytest.approx(after.began_ms, abs=200)
            assert 1500 < after.ended_ms - after.began_ms < 3500
