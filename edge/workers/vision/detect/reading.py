"""The thread that makes sense of the engine's answers: boxes, tracks, messages, stills."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from queue import Empty, Queue

from edge.kernel.clock import Clock
from edge.workers.vision.detect.analysis import Analysis
from edge.workers.vision.detect.found import Found
from edge.workers.vision.detect.health import Health
from edge.workers.vision.detect.job import STUCK_S, Job
from edge.workers.vision.detect.joining import joined
from edge.workers.vision.pulse import Pulse
from models.base import Detector
from models.errors import ModelError

WAIT_S = 0.5


class Reading(threading.Thread):
    """Takes answered jobs and gives what they show to their camera's analysis, in order."""

    def __init__(
        self,
        detector: Detector,
        answered: Queue[Job],
        analyses: Mapping[str, Analysis],
        health: Health,
        pulse: Pulse,
        clock: Clock,
    ) -> None:
        super().__init__(name="detector:read", daemon=True)
        self._detector = detector
        self._answered = answered
        self._analyses = analyses
        self._health = health
        self._pulse = pulse
        self._clock = clock
        self._dark_due = 0.0

    def run(self) -> None:
        """Read for ever."""
        while True:
            self._pulse.promise(self.name, STUCK_S)
            with suppress(Empty):
                self._read(self._answered.get(timeout=WAIT_S))
            self._end_dark_tracks()

    def _read(self, job: Job) -> None:
        try:
            found = self._found(job)
        except ModelError as error:
            self._health.failed(str(error), self._clock.steady())
            return
        self._analyses[job.look.camera].add(job.look, found)

    def _found(self, job: Job) -> list[Found]:
        height_px, width_px = job.look.bgr.shape[:2]
        seen = [
            (region, self._detector.read(prepared, answer))
            for region, (prepared, answer) in zip(job.regions, job.answers, strict=True)
        ]
        return joined(seen, self._detector.labels, width_px, height_px)

    def _end_dark_tracks(self) -> None:
        now = self._clock.now()
        if now.steady >= self._dark_due:
            self._dark_due = now.steady + WAIT_S
            for analysis in self._analyses.values():
                analysis.end_when_dark(now.at_ms, now.steady)
