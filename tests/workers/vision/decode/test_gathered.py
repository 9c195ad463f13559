"""Watching many cameras over one connection: what came in a tenth of a second travels together."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.core.vision import CameraState
from edge.kernel.wire import BlockingChannel
from edge.kernel.wire.vision import Gathered, Packet, StreamHead, WatchCamera, WatchCameras
from tests.workers.vision.bench import Bench, Cameras
from tests.workers.vision.decode.test_packets_socket import decode

Line = BlockingChannel[Gathered, WatchCameras]


@contextmanager
def line_to(bench: Bench, *wished: tuple[int, str]) -> Iterator[Line]:
    """A watcher that wishes this."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(10)
        sock.connect(bench.setup.packets_path)
        line: Line = BlockingChannel(sock, Gathered)
        line.send(WatchCameras(wished))
        yield line


def hear(line: Line, seconds: float) -> list[Gathered]:
    """What comes in so many seconds."""
    until, heard = time.monotonic() + seconds, []
    while time.monotonic() < until:
        news = line.receive()
        assert news is not None
        heard.append(news)
    return heard


def heads(heard: list[Gathered], number: int) -> list[StreamHead]:
    return [one.head for one in heard if one.number == number and one.head]


def packets(heard: list[Gathered], number: int) -> list[Packet]:
    return [packet for one in heard if one.number == number for packet in one.packets]


@pytest.fixture
def both(start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path) -> Bench:
    """A shard whose two cameras are online."""
    cameras = start_cameras({"cong": quiet_clip, "cau": quiet_clip})
    bench = start_shard({name: cameras.url(name) for name in ("cong", "cau")})
    for name in ("cong", "cau"):
        bench.wait_state(name, CameraState.ONLINE)
    return bench


def test_two_cameras_come_over_one_line_each_whole_and_seldom(both: Bench) -> None:
    with line_to(both, (7, "cong"), (8, "cau"), (9, "khong-co")) as line:
        heard = hear(line, 2.0)
    assert {one.number for one in heard} == {7, 8}
    for number in (7, 8):
        (head,) = heads(heard, number)
        got = packets(heard, number)
        assert got[0].key
        assert len({packet.dts for packet in got}) == len(got) == decode(head, got)
        messages = sum(one.number == number for one in heard)
        assert messages <= 23 < len(got)  # ten a second and the ring at once; pictures are fifteen a second


def test_a_new_wish_begins_at_the_key_frame_again_and_a_withdrawn_one_is_silent(both: Bench) -> None:
    with line_to(both, (1, "cong"), (2, "cau")) as line:
        hear(line, 0.5)
        line.send(WatchCameras(((2, "cau"), (3, "cong"))))  # the same camera anew: another number, from its ring
        hear(line, 0.3)
        heard = hear(line, 0.7)
        assert not packets(heard, 1)
        assert not heads(heard, 2), "what stays in the wish goes on as it was"
        line.send(WatchCameras(((2, "cau"), (4, "cong"))))
        heard = hear(line, 0.7)
        assert len(heads(heard, 4)) == 1
        assert packets(heard, 4)[0].key
        line.send(WatchCameras(((2, "cong"),)))  # a number that names another camera now: that one, and from its ring
        hear(line, 0.3)
        line.send(WatchCameras(((2, "cau"),)))
        assert len(heads(hear(line, 0.7), 2)) == 1


def test_a_camera_that_fails_ends_alone_and_begins_by_itself_when_it_is_back(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path
) -> None:
    steady = start_cameras({"cau": quiet_clip})
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    failing = start_cameras({"cong": quiet_clip}, "--port", str(port))
    bench = start_shard({"cong": failing.url("cong"), "cau": steady.url("cau")})
    for name in ("cong", "cau"):
        bench.wait_state(name, CameraState.ONLINE)
    with line_to(bench, (1, "cong"), (2, "cau")) as line:
        assert heads(hear(line, 1.0), 1)
        failing.close()
        heard = hear(line, 8.0)
        assert any(one.ended for one in heard if one.number == 1)
        assert not any(one.ended for one in heard if one.number == 2)
        assert len(packets(heard, 2)) > 60
        start_cameras({"cong": quiet_clip}, "--port", str(port))
        heard = hear(line, 12.0)
        assert heads(heard, 1)
        assert packets(heard, 1)[0].key


def test_who_wishes_for_nothing_costs_nothing_and_who_speaks_wrongly_is_cut_off(
    start_shard: Callable[..., Bench],
) -> None:
    bench = start_shard({"cong": "rtsp://127.0.0.1:9/cong"})
    with line_to(bench) as line:
        line.send(WatchCamera("cong"))  # type: ignore[arg-type]  # that is the fault
        assert line.receive() is None
