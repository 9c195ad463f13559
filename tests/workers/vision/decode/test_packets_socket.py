"""Watching a camera's compressed packets over the unix socket."""

import socket
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av

from edge.core.vision import CameraState
from edge.kernel.wire import BlockingChannel
from edge.kernel.wire.vision import Packet, StreamHead, ToWatcher, WatchCamera
from tests.workers.vision.bench import Bench, Cameras, wait_for


@contextmanager
def watching(bench: Bench, camera: str) -> Iterator[BlockingChannel[ToWatcher, WatchCamera]]:
    """A watcher of one camera."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(10)
        sock.connect(bench.setup.packets_path)
        channel: BlockingChannel[ToWatcher, WatchCamera] = BlockingChannel(
            sock,
            ToWatcher,  # type: ignore[arg-type]  # msgspec takes a union
        )
        channel.send(WatchCamera(camera))
        yield channel


def decode(head: StreamHead, packets: list[Packet]) -> int:
    """How many pictures these packets hold."""
    context = av.CodecContext.create(head.codec, "r")
    context.extradata = head.extradata
    return sum(len(context.decode(av.Packet(packet.data))) for packet in packets) + len(context.decode(None))


def test_watchers_get_the_head_then_a_key_frame_and_decode_everything(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path
) -> None:
    cameras = start_cameras({"cong": quiet_clip})
    bench = start_shard({"cong": cameras.url("cong")})
    bench.wait_state("cong", CameraState.ONLINE)
    assert stat.S_IMODE(Path(bench.setup.packets_path).stat().st_mode) == 0o600
    time.sleep(1.2)  # so that the ring holds a whole group
    with watching(bench, "cong") as one, watching(bench, "cong") as other:
        for channel in (one, other):
            head = channel.receive()
            assert isinstance(head, StreamHead)
            assert (head.codec, head.width, head.height) == ("h264", 640, 360)
            assert head.extradata.startswith(b"\x00\x00\x00\x01")  # Annex B
            began = time.monotonic()
            packets = [packet for packet in (channel.receive() for _ in range(15)) if isinstance(packet, Packet)]
            assert packets[0].key
            assert [packet.pts for packet in packets] == sorted({packet.pts for packet in packets})
            assert decode(head, packets) == 15
            assert time.monotonic() - began < 3


def test_watcher_waits_until_the_camera_is_online_and_is_closed_when_it_fails(
    start_shard: Callable[..., Bench], start_cameras: Callable[..., Cameras], quiet_clip: Path
) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    bench = start_shard({"cong": f"rtsp://127.0.0.1:{port}/cong"})
    with watching(bench, "cong") as channel:
        cameras = start_cameras({"cong": quiet_clip}, "--port", str(port))
        assert isinstance(channel.receive(), StreamHead)
        assert isinstance(channel.receive(), Packet)
        cameras.close()
        wait_for(lambda: channel.receive() is None, 5, "the end of the stream")


def test_unknown_camera_and_rubbish_are_closed_at_once(start_shard: Callable[..., Bench]) -> None:
    bench = start_shard({"cong": "rtsp://127.0.0.1:9/cong"})
    with watching(bench, "khong-co") as channel:
        assert channel.receive() is None
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(5)
        sock.connect(bench.setup.packets_path)
        sock.sendall(b"\x00\x00\x00\x04spam")
        assert sock.recv(1) == b""
