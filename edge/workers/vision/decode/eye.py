"""What becomes of one camera's decoded pictures: motion, looks for the detector, the newest still."""

from collections import deque
from collections.abc import Iterable

import av

from edge.kernel.clock import Clock
from edge.kernel.wire.vision import CameraSetup
from edge.workers.vision.decode.decoding import Picture
from edge.workers.vision.decode.motion import Boxes, Motion
from edge.workers.vision.decode.motion_log import MotionLog
from edge.workers.vision.decode.pace import Pace
from edge.workers.vision.decode.pixels import bgr, luma
from edge.workers.vision.detect.analysis import Analysis
from edge.workers.vision.detect.mailbox import Look, Mailbox, Shares
from edge.workers.vision.stills import Stills

STILL_EVERY_S = 2.0
QUIET_STILL_EVERY_S = 10.0
"""A picture in which nothing moves is the same picture: converting and packing it costs more than decoding it."""
SHOWN_LIVE = "h264"
"""Browsers play nothing else everywhere; of other cameras the wall shows only the stills."""
EVERYWHERE: Boxes = ((0.0, 0.0, 1.0, 1.0),)
NEARBY = 0.5
"""Share of a track's own size around it that counts as its place: it has moved since it was seen."""


class Eye:
    """One camera's pictures. The camera's thread owns it.

    Key frames and the pictures between them are compared each with their own kind: the coding of key frames shifts
    the whole background a little.
    """

    def __init__(self, camera: CameraSetup, mailbox: Mailbox, analysis: Analysis, stills: Stills, clock: Clock) -> None:
        self._camera = camera.id
        self._pace = Pace(camera.detect_fps)
        self._key_motion = Motion(camera.masks, learn=0.1, restless=0.03)
        self._motion = Motion(camera.masks)
        self._mailbox = mailbox
        self._analysis = analysis
        self._stills = stills
        self._clock = clock
        self._log = MotionLog()
        self._looked = 0.0
        self._moving: tuple[Boxes, float] = ((), 0.0)
        self._still_taken = -QUIET_STILL_EVERY_S
        self._quiet_still_every_s = STILL_EVERY_S

    @property
    def log(self) -> MotionLog:
        """When something moved."""
        return self._log

    def opened(self, codec: str) -> None:
        """A new connection, perhaps another picture."""
        self._quiet_still_every_s = QUIET_STILL_EVERY_S if codec == SHOWN_LIVE else STILL_EVERY_S
        self._key_motion.forget()
        self.awake()

    def awake(self) -> None:
        """From now on every picture comes, from a key frame on; until now only key frames came."""
        self._motion.forget()
        self._pace.restart()

    def key(self, picture: Picture, *, awake: bool) -> Boxes:
        """What moves on a key frame against those before it."""
        boxes = self._key_motion.moving(luma(picture.frame), known=self._analysis.expected(picture.steady))
        if not awake:
            self._note(picture.steady, EVERYWHERE if self.dazzled else boxes)
            self._offer_still(picture.frame, picture.steady, moves=bool(boxes))
        return boxes

    @property
    def dazzled(self) -> bool:
        """Whether the light changed between the last two key frames, so that nobody knows what moved."""
        return self._key_motion.light_changed

    def glance(self, picture: Picture) -> None:
        """Look at one key frame for the sake of tracks that stand still."""
        if self._analysis.wants(picture.steady):
            self._mailbox.put(self._look(picture, ()))

    def see(self, picture: Picture, *, everything: bool) -> bool:
        """One of all pictures: whether anything moves on it; ``everything`` is worth a look even if nothing does."""
        if not self._pace.takes(picture.steady):
            return False
        boxes = self._motion.moving(luma(picture.frame), known=self._analysis.expected(picture.steady))
        self._note(picture.steady, boxes)
        everything = everything or self._motion.light_changed
        if boxes or everything or self._analysis.wants(picture.steady):
            self._mailbox.put(self._look(picture, () if everything else boxes))
        self._offer_still(picture.frame, picture.steady, moves=bool(boxes))
        return bool(boxes)

    def followed(self) -> bool:
        """Whether what moved last is tracked; a parked motorbike does not make a tree interesting."""
        where, steady = self._moving
        tracks = self._analysis.expected(steady)
        return any(_touch(moving, track) for moving in where for track in tracks)

    def replay(self, pictures: Iterable[Picture], moves: Boxes | None, most: int) -> None:
        """The pictures of the past: the newest ``most`` of those that show something are looked at, in their order.

        The last one shows ``moves`` at least; nothing in particular when they are empty; perhaps nothing when None.
        Pictures are held only as long as they may be among the newest.
        """
        self.awake()
        worth: deque[tuple[Picture, Boxes]] = deque(maxlen=most)
        last: Picture | None = None
        for last in pictures:
            if last.steady > self._looked and self._pace.takes(last.steady):
                boxes = self._motion.moving(luma(last.frame), known=EVERYWHERE)
                if boxes:
                    worth.append((last, boxes))
                    self._moving = boxes, last.steady
        if moves is not None and last is not None and last.steady > self._looked:
            if worth and worth[-1][0] is last:
                worth.pop()
            worth.append((last, moves))
        self._mailbox.put_all([self._look(picture, boxes) for picture, boxes in worth])

    def _note(self, steady: float, boxes: Boxes) -> None:
        self._log.add(steady, moved=bool(boxes), tracked=self._analysis.alive)
        if boxes:
            self._moving = boxes, steady

    def _look(self, picture: Picture, boxes: Boxes) -> Look:
        self._looked = picture.steady
        return Look(self._camera, bgr(picture.frame), self.at_ms(picture.steady), picture.steady, boxes)

    def _offer_still(self, frame: av.VideoFrame, steady: float, *, moves: bool) -> None:
        every_s = STILL_EVERY_S if moves else self._quiet_still_every_s
        if steady - self._still_taken >= every_s:
            self._still_taken = steady
            self._stills.offer_newest(self._camera, bgr(frame))

    def at_ms(self, steady: float) -> int:
        """The same instant on the wall clock."""
        now = self._clock.now()
        return now.at_ms - round((now.steady - steady) * 1000)


def _touch(moving: Shares, track: Shares) -> bool:
    beside, above = NEARBY * (track[2] - track[0]), NEARBY * (track[3] - track[1])
    apart = moving[0] > track[2] + beside or moving[2] < track[0] - beside
    return not (apart or moving[1] > track[3] + above or moving[3] < track[1] - above)
