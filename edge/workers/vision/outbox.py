"""The one writer of the shard's socket: a bounded queue and the thread that empties it."""

import logging
import threading
from collections import deque

from edge.kernel.wire import BlockingChannel
from edge.kernel.wire.vision import CameraHealth, FromShard, ToShard, Tracks
from edge.workers.vision.pulse import Pulse

log = logging.getLogger(__name__)

MOST_WAITING = 512
IDLE_S = 1.0
SEND_DEADLINE_S = 10.0
"""A supervisor that reads nothing for so long has lost this shard already."""


class Outbox(threading.Thread):
    """Sends messages to the supervisor in order. Any thread may ``put``.

    At MOST_WAITING messages the oldest Tracks or CameraHealth goes, for a newer one says more; kept stills,
    detector health and beats go only when nothing else waits. ``closed`` is set when the supervisor is gone.
    """

    def __init__(self, channel: BlockingChannel[ToShard, FromShard], pulse: Pulse) -> None:
        super().__init__(name="sender", daemon=True)
        self.closed = threading.Event()
        self._channel = channel
        self._pulse = pulse
        self._ready = threading.Condition()
        self._waiting: deque[FromShard] = deque()
        self._overflowing = False

    def put(self, message: FromShard) -> None:
        """Queue one message; never blocks."""
        with self._ready:
            if len(self._waiting) >= MOST_WAITING:
                self._drop_oldest()
            self._waiting.append(message)
            self._ready.notify()

    def run(self) -> None:
        """Send until the supervisor is gone."""
        try:
            while True:
                self._pulse.promise(self.name, IDLE_S + 2 * SEND_DEADLINE_S)
                message = self._next()
                if message is not None:
                    self._channel.send(message)
        except OSError:
            self.closed.set()

    def _next(self) -> FromShard | None:
        with self._ready:
            if not self._waiting:
                self._overflowing = False
                self._ready.wait(IDLE_S)
            return self._waiting.popleft() if self._waiting else None

    def _drop_oldest(self) -> None:
        if not self._overflowing:
            log.warning("supervisor reads too slowly, dropping the oldest tracks")
            self._overflowing = True
        for index, message in enumerate(self._waiting):
            if isinstance(message, Tracks | CameraHealth):
                del self._waiting[index]
                return
        self._waiting.popleft()
