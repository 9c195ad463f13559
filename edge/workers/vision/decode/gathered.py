"""One watcher of many cameras: everything that came in a tenth of a second travels together.

A wall of 29 tiles at 15 pictures a second would otherwise wake two processes 435 times a second each; so it is ten
times a second in each shard, whatever the number of cameras.
"""

import select
import socket
import time
from collections.abc import Mapping

from edge.kernel.wire import BlockingChannel, encode_frame
from edge.kernel.wire.vision import Gathered, StreamHead, ToWatcher, WatchCamera, WatchCameras
from edge.workers.vision.decode.fanout import Fanout, Watch

GATHER_S = 0.1
"""A wall is looked at from four metres; who needs the shortest delay watches one camera alone."""
FromWatcher = WatchCamera | WatchCameras


class ManyWatched:
    """What one watcher of many cameras wants, and what it was sent.

    One thread uses it. A watcher that takes nothing is cut off by the deadline of its socket.
    """

    def __init__(
        self, fanouts: Mapping[str, Fanout], sock: socket.socket, channel: BlockingChannel[FromWatcher, ToWatcher]
    ) -> None:
        self._fanouts = fanouts
        self._sock, self._channel = sock, channel
        self._hearing = select.poll()
        self._hearing.register(sock, select.POLLIN)
        self._wanted: dict[int, Fanout] = {}
        self._watches: dict[int, Watch] = {}

    def serve(self, wish: WatchCamera | WatchCameras | None) -> None:
        """Send what comes until the watcher leaves or says what is no wish."""
        try:
            while isinstance(wish, WatchCameras):
                self._choose(wish)
                self._send_until_heard()
                wish = self._channel.receive()
        finally:
            self._choose(WatchCameras(()))

    def _choose(self, wish: WatchCameras) -> None:
        wanted = {number: self._fanouts[camera] for number, camera in wish.cameras if camera in self._fanouts}
        for number in [number for number in self._watches if wanted.get(number) is not self._wanted[number]]:
            self._wanted[number].leave(self._watches.pop(number))
        self._wanted = wanted

    def _send_until_heard(self) -> None:
        """Until the watcher says something or is gone. Who wants nothing is waited for without a clock."""
        due = time.monotonic()
        while not self._hearing.poll(1000 * max(0.0, due - time.monotonic()) if self._wanted else None):
            due = max(due, time.monotonic() - GATHER_S) + GATHER_S
            news = b"".join(map(self._news, self._wanted))
            if news:
                self._sock.sendall(news)

    def _news(self, number: int) -> bytes:
        """What is new of one wish, as a frame; empty when nothing is."""
        head: StreamHead | None = None
        if number not in self._watches:
            begun = self._wanted[number].watch(0.0)
            if begun is None:
                return b""
            head, self._watches[number] = begun
        watch = self._watches[number]
        packets, ended = watch.take_all(), watch.ended
        if ended:
            self._wanted[number].leave(self._watches.pop(number))
        return encode_frame(Gathered(number, packets, head, ended)) if head or packets or ended else b""
