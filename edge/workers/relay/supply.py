"""A thread that keeps a source open, and the sound that waits to be paced out."""

import logging
import queue
import threading
import time

from edge.core.errors import FinalError, MolangError
from edge.core.relay import RelaySource
from edge.workers.relay.source import blocks_of
from edge.workers.talk.sound import Block

log = logging.getLogger(__name__)

FULL = 150
"""Blocks that wait, three seconds: stations send a burst at first, and then the line has to wait for us."""
ENOUGH = 50
"""One second in hand before it begins, and again after it ran dry."""
BACK_WITHIN_S = 5.0
AGAIN_S = 0.5


class Supply:
    """``take`` never waits. ``died`` is why nothing more will come; empty while it lives."""

    def __init__(self, source: RelaySource) -> None:
        self._source = source
        self._waiting: queue.Queue[Block] = queue.Queue(FULL)
        self._flows = False
        self._last = time.monotonic()
        self.began = False
        self.died = ""
        threading.Thread(target=self._run, name="source", daemon=True).start()

    def take(self) -> Block | None:
        """The next 20 ms; None where nothing is there, which is silence."""
        self._flows = self._flows or self._waiting.qsize() >= ENOUGH
        if not self._flows:
            return None
        self.began = True
        try:
            return self._waiting.get_nowait()
        except queue.Empty:
            self._flows = False
            return None

    def _run(self) -> None:
        """Open it again and again until it has been silent for too long."""
        try:
            while not self.died:
                self._read()
        finally:
            self.died = self.died or "Luồng đọc nguồn tiếp sóng hỏng."  # whatever happened: silence is no relay

    def _read(self) -> None:
        try:
            for block in blocks_of(self._source):
                self._waiting.put(block)
                self._last = time.monotonic()
        except MolangError as error:
            self._broke(error)

    def _broke(self, error: MolangError) -> None:
        hopeless = isinstance(error, FinalError) or not self.began
        if hopeless or time.monotonic() - self._last > BACK_WITHIN_S:
            self.died = str(error)
            return
        log.warning("source broke off, opening it again: %s", error)
        time.sleep(AGAIN_S)
