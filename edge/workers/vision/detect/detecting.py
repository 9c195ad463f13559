"""The thread that is inside the engine, and the two beside it that keep everything else away from it."""

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import Empty, Queue

from edge.kernel.clock import Clock
from edge.kernel.wire.vision import FromShard, ShardSetup
from edge.workers.vision import words
from edge.workers.vision.detect.analysis import Analysis
from edge.workers.vision.detect.health import Health
from edge.workers.vision.detect.job import Job, Piece
from edge.workers.vision.detect.mailbox import Mailbox
from edge.workers.vision.detect.preparing import Preparing
from edge.workers.vision.detect.reading import Reading
from edge.workers.vision.detect.scout import Scout
from edge.workers.vision.pulse import Pulse
from models import registry
from models.base import Detector
from models.errors import BadModelError, ModelError

UNSURE = 0.5
"""Share of the configured score from which on a detection may carry on a track; none begins with it."""
WAIT_S = 0.5
LOAD_S = 60.0
HUNG_S = 10.0
"""One batch takes 5-200 ms on every board we know; after this the thread hangs."""
AHEAD = 2
"""Batches prepared ahead: enough that the engine never waits, few enough that pictures stay new."""
MOST_ANSWERED = 8


def open_detector(setup: ShardSetup) -> Detector:
    """The model that the setup names, reporting only its labels. Raises ModelError with the reason in Vietnamese."""
    path = Path(setup.model_path)
    if not setup.model_path:
        raise BadModelError(words.NO_MODEL)
    if not path.is_file():
        raise BadModelError(words.MODEL_GONE.format(name=path.name))
    settings = {
        "path": path,
        "confidence": UNSURE * setup.min_score,
        "classes": setup.labels,
        "threads": max(1, setup.threads),
    }
    return registry.open_detector(setup.backend, {**setup.backend_settings, **settings})


class DetectorThread(threading.Thread):
    """Runs the network on what the preparing thread lays out, and hands the answers to the reading thread.

    Without a model it says so and ends; motion goes on. A model that fails on a picture is reported once, and
    once when it works again. ``most_busy`` is the share of its time that it may compute.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Detector],
        mailbox: Mailbox,
        analyses: Mapping[str, Analysis],
        send: Callable[[FromShard], None],
        pulse: Pulse,
        clock: Clock,
        most_busy: float = 1.0,
    ) -> None:
        super().__init__(name="detector", daemon=True)
        self._load = load
        self._mailbox = mailbox
        self._analyses = analyses
        self._pulse = pulse
        self._clock = clock
        self._rest = 1 / most_busy - 1
        self._health = Health(name, send)
        self._answered: Queue[Job] = Queue(MOST_ANSWERED)

    def run(self) -> None:
        """Detect for ever, or not at all."""
        self._pulse.promise(self.name, LOAD_S)
        try:
            detector = self._load()
        except ModelError as error:
            self._mailbox.close()
            self._health.failed(str(error), self._clock.steady())
            self._pulse.forget(self.name)
            return
        ready = self._start_beside(detector)
        self._health.loaded(self._clock.steady())
        while True:
            self._pulse.promise(self.name, HUNG_S)
            self._turn(detector, ready)

    def _start_beside(self, detector: Detector) -> Queue[Piece]:
        ready: Queue[Piece] = Queue(AHEAD * detector.most_at_once)
        scouts = {camera: Scout(analysis, max(detector.input_size)) for camera, analysis in self._analyses.items()}
        Preparing(detector, self._mailbox, scouts, ready, self._pulse).start()
        Reading(detector, self._answered, self._analyses, self._health, self._pulse, self._clock).start()
        return ready

    def _turn(self, detector: Detector, ready: Queue[Piece]) -> None:
        pieces = _batch(ready, detector.most_at_once)
        if pieces:
            began = self._clock.steady()
            self._run(detector, pieces)
            if self._rest:
                time.sleep((self._clock.steady() - began) * self._rest)
        self._health.tick(self._clock.steady())

    def _run(self, detector: Detector, pieces: list[Piece]) -> None:
        """A picture that the engine fails on is dropped; the next ones are tried."""
        began = self._clock.steady()
        try:
            answers = detector.infer([piece.prepared for piece in pieces])
        except ModelError as error:
            self._health.failed(str(error), self._clock.steady())
            return
        now = self._clock.steady()
        self._health.ran(len(pieces), now - began, now)
        for piece, answer in zip(pieces, answers, strict=True):
            piece.job.answers.append((piece.prepared, answer))
            if piece.job.complete:
                self._answered.put(piece.job)


def _batch(ready: Queue[Piece], most: int) -> list[Piece]:
    """What lies ready, at most so many; empty when nothing came in time."""
    pieces = []
    try:
        pieces.append(ready.get(timeout=WAIT_S))
        while len(pieces) < most:
            pieces.append(ready.get_nowait())
    except Empty:
        pass
    return pieces
