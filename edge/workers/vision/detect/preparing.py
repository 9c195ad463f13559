"""The thread that makes pictures ready for the engine, so that the engine never waits for a resize."""

import threading
from collections.abc import Mapping
from queue import Queue

from edge.workers.vision.detect.job import STUCK_S, Job, Piece
from edge.workers.vision.detect.mailbox import Look, Mailbox
from edge.workers.vision.detect.scout import Scout
from edge.workers.vision.pulse import Pulse
from models.base import Detector, Frame

WAIT_S = 0.5


class Preparing(threading.Thread):
    """Takes looks from the mailbox in their turn and puts their regions into ``ready``, waiting while that is full."""

    def __init__(
        self, detector: Detector, mailbox: Mailbox, scouts: Mapping[str, Scout], ready: Queue[Piece], pulse: Pulse
    ) -> None:
        super().__init__(name="detector:prepare", daemon=True)
        self._detector = detector
        self._mailbox = mailbox
        self._scouts = scouts
        self._ready = ready
        self._pulse = pulse

    def run(self) -> None:
        """Prepare for ever."""
        while True:
            self._pulse.promise(self.name, STUCK_S)
            look = self._mailbox.take(WAIT_S)
            if look is not None:
                self._prepare(look)

    def _prepare(self, look: Look) -> None:
        regions = self._scouts[look.camera].regions(look, self._mailbox.waiting)
        job = Job(look, regions)
        for at in regions:
            crop = look.bgr[at.top : at.bottom, at.left : at.right]
            self._ready.put(Piece(job, self._detector.prepare(Frame(crop))))
