"""What one camera's detections mean: tracks, zones, messages, the best picture."""

from collections.abc import Callable, Iterator, Sequence

from edge.core.vision import Box
from edge.kernel.wire.vision import CameraSetup, FromShard, Tracks, WireTrack
from edge.workers.vision.detect.found import Found
from edge.workers.vision.detect.mailbox import Look, Shares
from edge.workers.vision.detect.sighting import Areas, on_wire
from edge.workers.vision.detect.tracker import SURE_HITS, Tracker
from edge.workers.vision.detect.worth import worth
from edge.workers.vision.stills import Stills

STILL_EVERY_S = 0.5
"""A sure track in a picture where nothing moves is confirmed this often: a person who waits, a parked motorbike."""
DARK_S = 6.0
"""Tracks end when their camera gave nothing to analyse for so long."""


class Analysis:
    """One camera's tracks. The detector thread owns it; ``wants`` may be asked by any thread."""

    def __init__(
        self,
        camera: CameraSetup,
        ids: Iterator[int],
        send: Callable[[FromShard], None],
        stills: Stills,
        least_score: float,
    ) -> None:
        self._camera = camera.id
        self._areas = Areas(camera.areas)
        self._masks = Areas(camera.masks)
        self._tracker = Tracker(ids, least_score)
        self._send = send
        self._stills = stills
        self._reported = False
        self._analysed = 0.0

    @property
    def alive(self) -> bool:
        """Whether something is followed, or may be from the next picture on. Any thread."""
        return self._tracker.pending or bool(self._tracker.tracks)

    def wants(self, steady: float) -> bool:
        """Whether to look at a picture in which nothing moves, for the sake of the tracks."""
        tracks = self._tracker.tracks
        unsure = self._tracker.pending or any(track.hits < SURE_HITS or track.misses for track in tracks)
        return unsure or (bool(tracks) and steady - self._analysed >= STILL_EVERY_S)

    def expected(self, steady: float) -> tuple[Shares, ...]:
        """Where the tracks should be in a picture of that time. Any thread."""
        boxes = (track.expected(steady) for track in self._tracker.tracks)
        return tuple((box.left, box.top, box.right, box.bottom) for box in boxes)

    def add(self, look: Look, found: Sequence[Found]) -> None:
        """One more analysed picture and what it shows; what stands in a mask is not looked at."""
        tracks = self._tracker.update([one for one in found if not self._masks.hold(one.box)], look.steady)
        self._analysed = look.steady
        wire = tuple(on_wire(track) for track in tracks)
        self._report(look.at_ms, look.steady, wire)
        if any(report.seen for report in wire):
            self._offer(look, [report for report in wire if report.seen])

    def end_when_dark(self, at_ms: int, steady: float) -> None:
        """Called now and then: no picture came, so nothing is known of the tracks any more."""
        if self._tracker.tracks and steady - self._analysed > DARK_S:
            self._tracker.forget()
            self._report(at_ms, steady, ())

    def _report(self, at_ms: int, steady: float, tracks: tuple[WireTrack, ...]) -> None:
        if tracks or self._reported:
            self._send(Tracks(self._camera, at_ms, steady, tracks))
        self._reported = bool(tracks)

    def _offer(self, look: Look, seen: Sequence[WireTrack]) -> None:
        boxes = [(Box(*track.box), track.score) for track in seen]
        best = max(worth(look.bgr, box, score, watched=self._areas.hold(box)) for box, score in boxes)
        self._stills.offer_best(look, best, seen)
