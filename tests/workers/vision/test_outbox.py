"""The bounded queue to the supervisor: what it keeps when it is full."""

import socket
import struct
import threading

from edge.kernel.clock import SystemClock
from edge.kernel.wire import Beat, BlockingChannel
from edge.kernel.wire.vision import FromShard, StillKept, ToShard, Tracks
from edge.workers.vision import outbox
from edge.workers.vision.outbox import Outbox
from edge.workers.vision.pulse import Pulse


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
