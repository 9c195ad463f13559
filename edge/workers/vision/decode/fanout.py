"""Hands one camera's packets to whoever watches, without ever waiting for them."""

import threading
from collections import deque

import av

from edge.kernel.wire.vision import Packet, StreamHead
from edge.workers.vision.decode.arrival import packet_time
from edge.workers.vision.decode.ring import GopRing

MOST_WAITING = 400
"""A GOP of 10 s at 30 pictures a second and a little more: a watcher further behind wants the present, not the past."""
MOST_BYTES = 3_500_000
"""What waits for one watcher at most; and a single packet of this size still fits one wire frame."""


class Watch:
    """One watcher's queue of packets.

    When MOST_WAITING packets or MOST_BYTES wait, all are dropped and the queue takes no more until a key frame.
    """

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._waiting: deque[Packet] = deque()
        self._bytes = 0
        self._needs_key = True
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether the stream is over: a watcher asks again."""
        return self._ended

    def put(self, packet: Packet) -> None:
        """Queue one packet; never blocks."""
        with self._ready:
            if len(self._waiting) >= MOST_WAITING or self._bytes + len(packet.data) > MOST_BYTES:
                self._waiting.clear()
                self._bytes = 0
                self._needs_key = True
            if self._needs_key and not packet.key:
                return
            self._needs_key = False
            self._waiting.append(packet)
            self._bytes += len(packet.data)
            self._ready.notify()

    def end(self) -> None:
        """The stream is over."""
        with self._ready:
            self._ended = True
            self._ready.notify()

    def take(self, timeout_s: float) -> Packet | None:
        """The next packet, or None when none came in time or the stream ended."""
        with self._ready:
            if not self._waiting and not self._ended:
                self._ready.wait(timeout_s)
            if self._ended or not self._waiting:
                return None
            packet = self._waiting.popleft()
            self._bytes -= len(packet.data)
            return packet

    def take_all(self) -> tuple[Packet, ...]:
        """Every packet that waits now, oldest first."""
        with self._ready:
            packets = tuple(self._waiting)
            self._waiting.clear()
            self._bytes = 0
            return packets


class Fanout:
    """One camera's stream: its head, its ring, its watchers.

    The camera's thread begins, publishes and ends; any thread may watch and leave. Packets become wire packets only
    while somebody watches.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._head: StreamHead | None = None
        self._ring = GopRing()
        self._watches: set[Watch] = set()

    @property
    def watched(self) -> bool:
        """Whether somebody watches now."""
        return bool(self._watches)

    @property
    def head(self) -> StreamHead | None:
        """What watchers were told of the running stream; None while there is none."""
        return self._head

    def begin(self, head: StreamHead) -> None:
        """The camera is online with this stream; who watched another one asks again."""
        with self._changed:
            self._ring.clear()
            self._end_watches()
            self._head = head
            self._changed.notify_all()

    def publish(self, packet: av.Packet, *, begins: bool) -> None:
        """One packet of the running connection, for the ring and all watchers; ``begins`` says a group begins."""
        with self._changed:
            self._ring.add(packet, begins=begins)
            wire = _on_wire(packet) if self._watches else None
            if wire is not None:
                for watch in self._watches:
                    watch.put(wire)

    def recent(self, gops: int) -> list[av.Packet]:
        """The packets of the newest ``gops`` groups of pictures."""
        with self._changed:
            return self._ring.newest(gops)

    def end(self) -> None:
        """The connection is over: its packets and its watchers go, for the next one counts its time anew."""
        with self._changed:
            self._head = None
            self._ring.clear()
            self._end_watches()

    def watch(self, timeout_s: float) -> tuple[StreamHead, Watch] | None:
        """Begin to watch at the newest key frame, or None while the camera gives no picture for ``timeout_s``."""
        with self._changed:
            if self._head is None:
                self._changed.wait(timeout_s)
            if self._head is None:
                return None
            watch = Watch()
            for wire in filter(None, map(_on_wire, self._ring.newest(1))):
                watch.put(wire)
            self._watches.add(watch)
            return self._head, watch

    def leave(self, watch: Watch) -> None:
        """A watcher has gone."""
        with self._changed:
            self._watches.discard(watch)

    def _end_watches(self) -> None:
        for watch in self._watches:
            watch.end()
        self._watches.clear()


def _on_wire(packet: av.Packet) -> Packet | None:
    """None for a packet that nobody could mux or send: without any time, or as large as everything that may wait."""
    dts = packet_time(packet)
    if dts is None or packet.size > MOST_BYTES:
        return None
    pts = dts if packet.pts is None else packet.pts
    return Packet(bytes(packet), pts, dts, packet.duration or 0, packet.is_keyframe)
