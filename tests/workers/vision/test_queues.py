"""The bounded queues: what each keeps when it is full."""

import socket
import struct
import threading
from pathlib import Path

import pytest

from edge.kernel.clock import SystemClock
from edge.kernel.wire import Beat, BlockingChannel
from edge.kernel.wire.vision import FromShard, Packet, StillKept, StreamHead, ToShard, ToWatcher, Tracks, WatchCamera
from edge.workers.vision import outbox
from edge.workers.vision.decode import fanout, ring
from edge.workers.vision.decode.fanout import Fanout, Watch
from edge.workers.vision.decode.packets import PacketServer
from edge.workers.vision.decode.ring import GopRing
from edge.workers.vision.outbox import Outbox
from edge.workers.vision.pulse import Pulse

HEAD = StreamHead("h264", 640, 360, 1, 90_000, b"")


def packet(pts: int, *, key: bool = False, size: int = 10) -> Packet:
    return Packet(b"\0" * size, pts, pts, 1, key)


def times(packets: tuple[Packet, ...]) -> list[int]:
    return [each.pts for each in packets]


class TestRing:
    def test_begins_at_a_key_frame_and_keeps_two_groups(self) -> None:
        gops = GopRing()
        for number in range(1, 12):
            gops.add(packet(number, key=number % 3 == 0))
        assert times(gops.newest_gop()) == [9, 10, 11]

    def test_group_that_is_too_large_goes_until_the_next_key_frame(self) -> None:
        gops = GopRing()
        gops.add(packet(1, key=True, size=ring.MOST_BYTES - 5))
        gops.add(packet(2))
        gops.add(packet(3))
        assert gops.newest_gop() == ()
        gops.add(packet(4, key=True))
        assert times(gops.newest_gop()) == [4]


class TestWatch:
    @pytest.mark.parametrize(("count", "size"), [(fanout.MOST_WAITING, 10), (2, ring.MOST_BYTES // 2)])
    def test_full_queue_drops_to_the_next_key_frame(self, count: int, size: int) -> None:
        watch = Watch(())
        for pts in range(count):
            watch.put(packet(pts, key=pts == 0, size=size))
        for pts, key in ((1000, False), (1001, True), (1002, False)):
            watch.put(packet(pts, key=key))
        taken = [watch.take(0) for _ in range(3)]
        assert [each.pts for each in taken if each] == [1001, 1002]

    def test_watch_without_a_ring_waits_for_a_key_frame(self) -> None:
        watch = Watch(())
        watch.put(packet(1))
        assert watch.take(0) is None

    def test_end_of_the_connection_ends_every_watch_and_forgets_the_ring(self) -> None:
        stream = Fanout()
        stream.begin(HEAD)
        stream.publish(packet(1, key=True))
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
            stream.publish(packet(pts, key=pts % 50 == 0, size=5000))
        stream.publish(packet(2000, key=True))
        got = [channel.receive()]
        while isinstance(got[-1], Packet) and got[-1].pts < 2000:
            got.append(channel.receive())
    seen = [each for each in got if isinstance(each, Packet)]
    jumps = [now for before, now in zip(seen, seen[1:], strict=False) if now.pts != before.pts + 1]
    assert len(seen) < 2001, "2000 packets of 5 kB do not fit the queue and the socket"
    assert all(each.key for each in (seen[0], *jumps))


class TestOutbox:
    def test_supervisor_that_does_not_read_costs_tracks_and_never_a_still(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            channel: BlockingChannel[ToShard, FromShard] = BlockingChannel(ours, ToShard)  # type: ignore[arg-type]  # msgspec takes a union
            box = Outbox(channel, Pulse(SystemClock()))
            box.put(StillKept("vu-1", "cong", "stills/vu-1.jpg", "00", 1))
            for number in range(outbox.MOST_WAITING + 50):
                box.put(Tracks("cong", number, 0.0, ()))
            box.put(Beat())
            box.start()
            theirs.settimeout(5)
            reader: BlockingChannel[FromShard, ToShard] = BlockingChannel(theirs, FromShard)  # type: ignore[arg-type]  # msgspec takes a union
            got = [reader.receive() for _ in range(outbox.MOST_WAITING)]
        assert isinstance(got[0], StillKept)
        assert isinstance(got[-1], Beat)
        assert [each.at_ms for each in got if isinstance(each, Tracks)][-1] == outbox.MOST_WAITING + 49

    def test_supervisor_that_reads_nothing_at_all_is_given_up(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", 0, 200_000))
            channel: BlockingChannel[ToShard, FromShard] = BlockingChannel(ours, ToShard)  # type: ignore[arg-type]  # msgspec takes a union
            box = Outbox(channel, Pulse(SystemClock()))
            box.start()
            for _ in range(200):
                box.put(StillKept("x" * 10_000, "cong", "", "", 1))
            assert box.closed.wait(5)
        assert threading.active_count() < 50
