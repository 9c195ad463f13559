"""Feeds a sound card in real time, so that a stop is heard at once."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from edge.workers.player.decode import RATE_HZ, Samples
from edge.workers.player.levels import Meter
from edge.workers.player.sinks import Sink

LEAD_S = 0.12
"""How far the samples run ahead of the ear: enough for a busy Pi, too little to be heard after a stop."""


@dataclass(frozen=True, slots=True)
class Played:
    """What went to the card."""

    ms: int
    rms_db: float
    peak_db: float
    stopped: bool


class Stream:
    """One job on one open card; ``stop`` may be called from any thread."""

    def __init__(self, sink: Sink, started: Callable[[float], None], lead_s: float = LEAD_S) -> None:
        self._sink = sink
        self._started = started
        self._lead_s = lead_s
        self._stop = threading.Event()
        self._meter = Meter()
        self._began = 0.0

    @property
    def played_ms(self) -> int:
        """Milliseconds of sound that the card has taken."""
        return self._meter.samples * 1000 // RATE_HZ

    def stop(self) -> None:
        """End within one block."""
        self._stop.set()

    def run(self, sound: Iterable[Samples]) -> Played:
        """Write everything, at most the lead ahead of real time, and wait until it was heard."""
        for block in sound:
            if self._wait_until_ahead_by(self._lead_s):
                break
            self._write(block)
        self._wait_until_ahead_by(0.0)
        return Played(self.played_ms, self._meter.rms_db, self._meter.peak_db, self._stop.is_set())

    def _write(self, block: Samples) -> None:
        first = self._meter.samples == 0
        self._sink.write(block.tobytes())
        self._meter.add(block)
        if first:
            self._began = time.monotonic()
            self._started(self._began)

    def _wait_until_ahead_by(self, lead_s: float) -> bool:
        """Wait for real time to come near; True when the job was stopped meanwhile."""
        ahead_s = self._meter.samples / RATE_HZ - (time.monotonic() - self._began)
        return self._stop.wait(max(0.0, ahead_s - lead_s)) if self._meter.samples else self._stop.is_set()
