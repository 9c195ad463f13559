"""The one thread that runs the model, for all cameras of the shard in turn."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from edge.kernel.clock import Clock
from edge.kernel.wire.vision import DetectorHealth, FromShard, ShardSetup
from edge.workers.vision import words
from edge.workers.vision.detect.analysis import Analysis
from edge.workers.vision.detect.mailbox import Look, Mailbox
from edge.workers.vision.pulse import Pulse
from models.backends import detect_onnx
from models.base import Detections, Detector, Frame
from models.errors import BadModelError, ModelError

log = logging.getLogger(__name__)

MOST_PER_S = 12.0
"""Detections a second of the whole shard: four busy cameras get three each, enough for three hits in a second."""
MOST_BUSY = 0.5
"""Share of a core for the model at most; a slow board detects less often instead of starving the decoders."""
WAIT_S = 0.5
HEALTH_S = 10.0
LOAD_S = 60.0
HUNG_S = 10.0
"""One detection takes 15-200 ms on every board we know; after this the thread hangs."""


def open_detector(setup: ShardSetup) -> Detector:
    """The model that the setup names, reporting only its labels. Raises ModelError with the reason in Vietnamese."""
    path = Path(setup.model_path)
    if not setup.model_path:
        raise BadModelError(words.NO_MODEL)
    if not path.is_file():
        raise BadModelError(words.MODEL_GONE.format(name=path.name))
    settings = detect_onnx.Settings(
        path=path, confidence=setup.min_score, classes=setup.labels, threads=max(1, setup.threads)
    )
    return detect_onnx.setup(settings)


class DetectorThread(threading.Thread):
    """Takes pictures from the mailbox, detects, and gives the result to the camera's analysis.

    Without a model it says so and ends; motion goes on. A model that fails on a picture is reported once, and
    once when it works again.
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
    ) -> None:
        super().__init__(name="detector", daemon=True)
        self._load = load
        self._mailbox = mailbox
        self._analyses = analyses
        self._send = send
        self._pulse = pulse
        self._clock = clock
        self._health = _Health(name, send)

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
        self._health.works(0.0, self._clock.steady())
        while True:
            self._pulse.promise(self.name, HUNG_S)
            self._turn(detector)

    def _turn(self, detector: Detector) -> None:
        look = self._mailbox.take(WAIT_S)
        if look is not None:
            began = self._clock.steady()
            self._look(detector, look)
            took_s = self._clock.steady() - began
            time.sleep(max(1 / MOST_PER_S, took_s / MOST_BUSY) - took_s)
        now = self._clock.now()
        for analysis in self._analyses.values():
            analysis.end_when_dark(now.at_ms, now.steady)

    def _look(self, detector: Detector, look: Look) -> None:
        began = self._clock.steady()
        detections = self._detect(detector, look)
        if detections is not None:
            now = self._clock.steady()
            self._health.works((now - began) * 1000, now)
            self._analyses[look.camera].add(look, detections, detector.labels)

    def _detect(self, detector: Detector, look: Look) -> Detections | None:
        try:
            return detector.detect(Frame(look.bgr))
        except ModelError as error:
            self._health.failed(str(error), self._clock.steady())
            return None


class _Health:
    """Tells the supervisor how the detector does: at each change, and its speed every HEALTH_S."""

    def __init__(self, name: str, send: Callable[[FromShard], None]) -> None:
        self._name = name
        self._send = send
        self._ok: bool | None = None
        self._told = 0.0
        self._infer_ms = 0.0

    def works(self, infer_ms: float, steady: float) -> None:
        """Loaded (0 ms) or one more detection done."""
        first = self._infer_ms == 0
        self._infer_ms = infer_ms if first else 0.9 * self._infer_ms + 0.1 * infer_ms
        if self._ok is not True:
            log.info("detector %s works", self._name)
        if self._ok is not True or (first and infer_ms) or steady - self._told >= HEALTH_S:
            self._tell(DetectorHealth(ok=True, detail=self._name, infer_ms=round(self._infer_ms, 1)), steady)

    def failed(self, reason: str, steady: float) -> None:
        """There is no detector, or it failed on a picture."""
        if self._ok is not False:
            log.warning("no detector: %s", reason)
            self._tell(DetectorHealth(ok=False, detail=reason), steady)

    def _tell(self, health: DetectorHealth, steady: float) -> None:
        self._ok, self._told = health.ok, steady
        self._send(health)
