"""Decides which pictures of one camera are worth the detector's time, and which one is its newest still."""

from edge.kernel.clock import Clock
from edge.kernel.wire.vision import CameraSetup
from edge.workers.vision.decode.decoding import Picture
from edge.workers.vision.decode.governor import DecodeGovernor
from edge.workers.vision.decode.motion import Motion
from edge.workers.vision.decode.pixels import bgr, luma
from edge.workers.vision.detect.analysis import Analysis
from edge.workers.vision.detect.mailbox import Look, Mailbox
from edge.workers.vision.stills import Stills

NEWEST_EVERY_S = 2.0
FIRST_LOOK_S = 2.0
"""After connecting every picture is looked at for so long: who already stands there does not move."""


class Eye:
    """One camera's motion, pace and stills. The camera's thread owns it."""

    def __init__(self, camera: CameraSetup, mailbox: Mailbox, analysis: Analysis, stills: Stills, clock: Clock) -> None:
        self._camera = camera.id
        self._governor = DecodeGovernor(camera.detect_fps)
        self._motion = Motion()
        self._mailbox = mailbox
        self._analysis = analysis
        self._stills = stills
        self._clock = clock
        self._look_until = 0.0
        self._still_due = 0.0

    def opened(self, steady: float) -> None:
        """A new connection gave its first picture."""
        self._look_until = steady + FIRST_LOOK_S

    def see(self, picture: Picture) -> None:
        """One decoded picture."""
        if not self._governor.analyses(picture.steady):
            return
        looks = self._worth_a_look(picture) and not self._mailbox.closed
        still = picture.steady >= self._still_due
        if not looks and not still:
            return
        colours = bgr(picture.frame)
        if looks:
            self._mailbox.put(Look(self._camera, colours, self._at_ms(picture.steady), picture.steady))
        if still:
            self._still_due = picture.steady + NEWEST_EVERY_S
            self._stills.offer_newest(self._camera, colours)

    def _worth_a_look(self, picture: Picture) -> bool:
        moves = self._motion.moves(luma(picture.frame))
        return moves or picture.steady < self._look_until or self._analysis.wants(picture.steady)

    def _at_ms(self, steady: float) -> int:
        now = self._clock.now()
        return now.at_ms - round((now.steady - steady) * 1000)
