"""The ring and the watchers' queues: what each keeps when it is full."""

import socket
from pathlib import Path

import av
import pytest

from edge.kernel.clock import SystemClock
from edge.kernel.wire import BlockingChannel
from edge.kernel.wire.vision import Packet, StreamHead, ToWatcher, WatchCamera
from edge.workers.vision.decode import fanout, ring
from edge.workers.vision.decode.fanout import Fanout, Watch
from edge.workers.vision.decode.packets import PacketServer
from edge.workers.vision.decode.ring import GopRing
from edge.workers.vision.pulse import Pulse

HEAD = StreamHead("h264", 640, 360, 1, 90_000, b"")


def packet(pts: int, *, key: bool = False, size: int = 10) -> av.Packet:
    made = av.Packet(size)
    made.pts = made.dts = pts
    made.is_keyframe = key
    return made


def wire(pts: int, *, key: bool = False, size: int = 10) -> Packet:
    return Packet(b"\0" * size, pts, pts, 1, key)


def times(packets: list[av.Packet]) -> list[int]:
    return [each.pts for each in packets]


class TestRing:
    def test_begins_at_a_key_frame_and_keeps_two_groups(self) -> None:
        gops = GopRing()
        for number in range(1, 12):
            gops.add(packet(number, key=number % 3 == 0), begins=number % 3 == 0)
        assert times(gops.newest(1)) == [9, 10, 11]
        assert times(gops.newest(2)) == [6, 7, 8, 9, 10, 11]

    def test_packets_are_kept_as_they_are(self) -> None:
        gops = GopRing()
        first = packet(1, key=True)
        gops.add(first, begins=True)
        assert gops.newest(1)[0] is first

    def test_group_that_is_too_large_goes_until_the_next_key_frame(self) -> None:
        gops = GopRing()
        gops.add(packet(1, key=True, size=ring.MOST_BYTES - 5), begins=True)
        gops.add(packet(2), begins=False)
        gops.add(packet(3), begins=False)
        assert gops.newest(2) == []
        gops.add(packet(4, key=True), begins=True)
        assert times(gops.newest(2)) == [4]


class TestWatch:
    @pytest.mark.parametrize(("count", "size"), [(fanout.MOST_WAITING, 10), (2, fanout.MOST_BYTES // 2)])
    def test_full_queue_drops_to_the_next_key_frame(self, count: int, size: int) -> None:
        watch = Watch()
        for pts in range(count):
            watch.put(wire(pts, key=pts == 0, size=size))
        for pts, key in ((1000, False), (1001, True), (1002, False)):
            watch.put(wire(pts, key=key))
        taken = [watch.take(0) for _ in range(3)]
        assert [each.pts for each in taken if each] == [1001, 1002]

    def test_watch_without_a_ring_waits_for_a_key_frame(self) -> None:
        watch = Watch()
        watch.put(wire(1))
        assert watch.take(0) is None

    def test_end_of_the_connection_ends_every_watch_and_forgets_the_ring(self) -> None:
        stream = Fanout()
        stream.begin(HEAD)
        stream.publish(packet(1, key=True), begins=True)
        begun = stream.watch(0)
        assert begun
        stream.end()
        assert begun[1].ended
        assert stream.watch(0) is None


def test_watcher_that_stopped_reading_continues_at_a_key_frame(tmp_path: Path) -> None:
    stream = Fanout()
    stream.begin(HEAD)
    server = PacketServer(tmp_path / "p.sock", {"cong": stream}, Pulse(SystemClock()))
    server.start()
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(5)
        sock.connect(str(tmp_path / "p.sock"))
        channel: BlockingChannel[ToWatcher, WatchCamera] = BlockingChannel(sock, ToWatcher)  # type: ignore[arg-type]  # msgspec takes a union
        channel.send(WatchCamera("cong"))
        assert channel.receive() == HEAD
        for pts in range(2000):
            stream.publish(packet(pts, key=pts % 50 == 0, size=5000), begins=pts % 50 == 0)
        stream.publish(packet(2000, key=True), begins=True)
        got = [channel.receive()]
        while isinstance(got[-1], Packet) and got[-1].pts < 2000:
            got.append(channel.receive())
    seen = [each for each in got if isinstance(each, Packet)]
    jumps = [now for before, now in zip(seen, seen[1:], strict=False) if now.pts != before.pts + 1]
    assert len(seen) < 2001, "2000 packets of 5 kB do not fit the queue and the socket"
    assert all(each.key for each in (seen[0], *jumps))
