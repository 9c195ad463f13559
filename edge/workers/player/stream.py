"""Feeds a sound card in real time, so that a stop is heard at once and a start is heard at its instant."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from edge.workers.opus import RATE_HZ, Samples
from edge.workers.player.decode import BLOCK
from edge.workers.player.levels import Meter
from edge.workers.player.sinks import Sink
from edge.workers.player.urgent import go_first, step_back

LEAD_S = 0.12
"""How far the samples run ahead of the ear: enough for a busy Pi, too little to be heard after a stop."""
CLIP_BURST = 3
"""Blocks of a clip that are written at once: half of what a block costs is being woken for it. A talk's come singly."""
PAD_S = 0.06
"""The card is woken this long before the instant of the start and hears silence until then. The silence is counted in
samples, so that a process that wakes late starts late by nothing as long as it wakes before the instant itself."""


@dataclass(frozen=True, slots=True)
class Played:
    """What went to the card."""

    ms: int
    rms_db: float
    peak_db: float
    stopped: bool


class Stream:
    """One job on one open card; ``stop`` and ``go`` may be called from any thread."""

    def __init__(
        self,
        sink: Sink,
        started: Callable[[float], None],
        *,
        held: bool = False,
        lead_s: float = LEAD_S,
        burst: int = 1,
    ) -> None:
        self._sink = sink
        self._started = started
        self._burst = burst
        self._low_s = lead_s - (burst - 1) * BLOCK / RATE_HZ
        self._stop = threading.Event()
        self._told = threading.Event()
        self._instant = 0.0
        self._meter = Meter()
        self._began = 0.0
        if not held:
            self._told.set()

    @property
    def played_ms(self) -> int:
        """Milliseconds of sound that the card has taken."""
        return self._meter.samples * 1000 // RATE_HZ

    def stop(self) -> None:
        """End within one block."""
        self._stop.set()
        self._told.set()

    def go(self, steady: float) -> None:
        """A held job may sound, with its first sample at this instant of CLOCK_MONOTONIC or at once."""
        self._instant = steady
        self._told.set()

    def run(self, sound: Iterable[Samples]) -> Played:
        """Write everything, at most the lead ahead of real time, and wait until it was heard."""
        blocks = iter(sound)
        first = next(blocks, None)  # decoded before the instant, however long that takes
        if first is not None and self._reach_the_instant():
            self._begin(first)
            step_back()
            self._go_on(blocks)
        return Played(self.played_ms, self._meter.rms_db, self._meter.peak_db, self._stop.is_set())

    def _reach_the_instant(self) -> bool:
        """Wait for the word and for the time to wake the card; False when the job was stopped meanwhile."""
        self._told.wait()
        go_first()
        return not self._stop.wait(max(0.0, self._instant - PAD_S - time.monotonic()))

    def _begin(self, first: Samples) -> None:
        now = time.monotonic()
        pad = np.zeros(max(0, round((self._instant - now) * RATE_HZ)), np.int16)
        self._began = now + len(pad) / RATE_HZ
        self._sink.write(pad.tobytes() + first.tobytes())
        self._meter.add(first)
        self._started(self._began)

    def _go_on(self, blocks: Iterator[Samples]) -> None:
        while not self._wait_until_ahead_by(self._low_s) and (several := list(islice(blocks, self._burst))):
            samples = several[0] if len(several) == 1 else np.concatenate(several)
            self._sink.write(samples.tobytes())
            self._meter.add(samples)
        self._wait_until_ahead_by(0.0)

    def _wait_until_ahead_by(self, lead_s: float) -> bool:
        """Wait for real time to come near; True when the job was stopped meanwhile."""
        ahead_s = self._meter.samples / RATE_HZ - (time.monotonic() - self._began)
        return self._stop.wait(max(0.0, ahead_s - lead_s))
