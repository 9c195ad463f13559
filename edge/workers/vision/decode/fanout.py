"""Hands one camera's packets to whoever watches, without ever waiting for them."""

import threading
from collections import deque

from edge.kernel.wire.vision import Packet, StreamHead
from edge.workers.vision.decode.ring import MOST_BYTES, GopRing

MOST_WAITING = 300
"""Some 20 s at 15 pictures a second: a watcher further behind wants the present, not the past."""


class Watch:
    """One watcher's queue of packets.

    When MOST_WAITING packets or MOST_BYTES wait, all are dropped and the queue takes no more until a key frame.
    """

    def __init__(self, begin: tuple[Packet, ...]) -> None:
        self._ready = threading.Condition()
        self._waiting = deque(begin)
        self._bytes = sum(len(packet.data) for packet in begin)
        self._needs_key = not begin
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


class Fanout:
    """One camera's stream: its head, its ring, its watchers. Any thread may call any method."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._head: StreamHead | None = None
        self._ring = GopRing()
        self._watches: set[Watch] = set()

    def begin(self, head: StreamHead) -> None:
        """The camera is online with this stream."""
        with self._changed:
            self._head = head
            self._changed.notify_all()

    def publish(self, packet: Packet) -> None:
        """One packet of the running connection, for the ring and all watchers."""
        with self._changed:
            self._ring.add(packet)
            for watch in self._watches:
                watch.put(packet)

    def end(self) -> None:
        """The connection is over: its packets and its watchers go, for the next one counts its time anew."""
        with self._changed:
            self._head = None
            self._ring.clear()
            for watch in self._watches:
                watch.end()
            self._watches.clear()

    def watch(self, timeout_s: float) -> tuple[StreamHead, Watch] | None:
        """Begin to watch at the newest key frame, or None while the camera gives no picture for ``timeout_s``."""
        with self._changed:
            if self._head is None:
                self._changed.wait(timeout_s)
            if self._head is None:
                return None
            watch = Watch(self._ring.newest_gop())
            self._watches.add(watch)
            return self._head, watch

    def leave(self, watch: Watch) -> None:
        """A watcher has gone."""
        with self._changed:
            self._watches.discard(watch)
