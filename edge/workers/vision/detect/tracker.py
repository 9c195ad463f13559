"""Follows things from picture to picture, with ByteTrack of the library `trackers` (docs/design/tracking.md).

ByteTrack (Zhang et al., ECCV 2022) pairs sure detections first and unsure ones with what is left, so that who is half
hidden keeps his number. Boxes are grown before they are compared (C-BIoU, Yang et al., WACV 2023): at five pictures a
second a motorbike leaves its own box behind.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import supervision
from trackers import ByteTrackTracker
from trackers.utils.base_tracklet import BaseTracklet
from trackers.utils.iou import BIoU

from edge.core.vision import Box, TrackId
from edge.workers.vision.detect.family import family
from edge.workers.vision.detect.found import Found

SURE_HITS = 3
LOST_S = 2.5
"""So long a thing may be hidden, or a picture of it wait, and keep its number."""
LONGEST_STEP_S = 1.0
"""The library's clock goes no further between two pictures: where they come seldom, one miss loses nobody."""
GROWN = 0.4
LEAST_OVERLAP = 0.15
RATE = 10.0
"""Pictures a second that the library's noise is tuned for; it is told when each picture really came."""
LIBRARY_FPS = 30.0
"""The library counts how long it waits in pictures of so many a second."""
SCALE = np.array((640.0, 360.0, 640.0, 360.0))
"""The library's noise is in pixels of such a picture; ours are shares."""


@dataclass(frozen=True, slots=True)
class Track:
    """One thing followed. ``box`` is where it was last seen, ``speed`` what each of its sides moves in a second."""

    id: TrackId
    label: str
    score: float
    box: Box
    speed: Box
    began: float
    seen: float
    hits: int
    misses: int

    def expected(self, steady: float) -> Box:
        """Where the thing should be now."""
        ahead_s = min(steady - self.seen, LONGEST_STEP_S)
        box, speed = self.box, self.speed
        return Box(
            box.left + speed.left * ahead_s,
            box.top + speed.top * ahead_s,
            box.right + speed.right * ahead_s,
            box.bottom + speed.bottom * ahead_s,
        )


class Tracker:
    """The tracks of one camera. One thread uses it; ``ids`` is shared by the shard, so ids are unique in its run.

    A track begins with its second detection, the first of them ``least_score`` sure. Things of different families
    are followed apart: a rider and the motorbike overlap and must stay two.
    """

    def __init__(self, ids: Iterator[int], least_score: float) -> None:
        self._ids = ids
        self._least_score = least_score
        self._followers: dict[str, _Follower] = {}
        self._newest = float("-inf")
        self._counted_s = 0.0
        self.tracks: tuple[Track, ...] = ()

    @property
    def pending(self) -> bool:
        """Whether something was seen for the first time just now: the next picture tells whether it is there."""
        return any(follower.pending for follower in self._followers.values())

    def update(self, found: Sequence[Found], steady: float) -> tuple[Track, ...]:
        """The tracks after one more analysed picture, which arrived at ``steady``; an older one changes nothing."""
        if steady <= self._newest:
            return self.tracks
        self._counted_s += min(steady - self._newest, LONGEST_STEP_S)
        self._newest = steady
        groups: defaultdict[str, list[Found]] = defaultdict(list)
        for thing in found:
            groups[family(thing.label)].append(thing)
        for name in groups.keys() - self._followers.keys():
            self._followers[name] = _Follower(self._ids, self._least_score)
        tracks = [follower.update(groups[name], steady, self._counted_s) for name, follower in self._followers.items()]
        self.tracks = tuple(track for some in tracks for track in some)
        return self.tracks

    def forget(self) -> None:
        """End every track: the camera gives no more pictures."""
        self._followers.clear()
        self.tracks = ()


@dataclass(slots=True, eq=False)
class _History:
    """What is known of one thing beyond its place."""

    id: TrackId
    began: float
    seen: float = 0.0
    hits: int = 1
    misses: int = 0
    score: float = 0.0
    box: Box = field(default_factory=lambda: Box(0.0, 0.0, 0.0, 0.0))
    votes: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def hit(self, thing: Found, steady: float) -> None:
        """It was seen again."""
        self.hits, self.misses, self.seen = self.hits + 1, 0, steady
        self.score, self.box = thing.score, thing.box
        self.votes[thing.label] += thing.score

    def track(self, speed: Box) -> Track:
        """Its label is the one that most of its detections gave, the sure ones above all."""
        label = max(self.votes, key=lambda name: self.votes[name])
        return Track(self.id, label, self.score, self.box, speed, self.began, self.seen, self.hits, self.misses)


class _Follower:
    """ByteTrack for one family of labels, and the history of what it follows."""

    def __init__(self, ids: Iterator[int], least_score: float) -> None:
        self._ids = ids
        self._library = ByteTrackTracker(
            lost_track_buffer=round(LOST_S * LIBRARY_FPS),
            frame_rate=RATE,
            track_activation_threshold=least_score,
            high_conf_det_threshold=least_score,
            minimum_consecutive_frames=1,
            minimum_iou_threshold=LEAST_OVERLAP,
            iou=BIoU(GROWN),
        )
        self._born: dict[BaseTracklet, float] = {}
        self._histories: dict[int, _History] = {}
        self._newest = 0.0

    @property
    def pending(self) -> bool:
        """Whether the newest picture showed something for the first time."""
        return any(born == self._newest for born in self._born.values())

    def update(self, found: Sequence[Found], steady: float, counted_s: float) -> Iterator[Track]:
        """What is followed after one more picture; ``counted_s`` is its time on the library's clock."""
        self._newest = steady
        matched = self._match(found, counted_s)
        self._born = {tracklet: self._born.get(tracklet, steady) for tracklet in self._library.tracks}
        confirmed = {tracklet.tracker_id: tracklet for tracklet in self._born if tracklet.tracker_id >= 0}
        self._histories = {
            number: self._histories.get(number) or _History(TrackId(next(self._ids)), self._born[tracklet])
            for number, tracklet in confirmed.items()
        }
        for number, history in self._histories.items():
            if number in matched:
                history.hit(matched[number], steady)
            else:
                history.misses += 1
        return (history.track(_speed(confirmed[number])) for number, history in self._histories.items())

    def _match(self, found: Sequence[Found], counted_s: float) -> dict[int, Found]:
        """What each of the library's tracks was seen as."""
        seen = self._library.update(_detections(found), timestamp=counted_s)
        numbers = [] if seen.tracker_id is None else seen.tracker_id.tolist()
        order = seen.data["index"].tolist() if numbers else []
        return {number: found[index] for number, index in zip(numbers, order, strict=True) if number >= 0}


def _detections(found: Sequence[Found]) -> supervision.Detections:
    if not found:
        return supervision.Detections.empty()
    boxes = np.array([(one.box.left, one.box.top, one.box.right, one.box.bottom) for one in found])
    return supervision.Detections(
        xyxy=boxes * SCALE,
        confidence=np.array([one.score for one in found]),
        data={"index": np.arange(len(found))},
    )


def _speed(tracklet: BaseTracklet) -> Box:
    """The library keeps corners and their speeds in pixels a picture, eight numbers in a column."""
    left, top, right, bottom = (tracklet.state_estimator.kf.state[4:, 0] * RATE / SCALE).tolist()
    return Box(left, top, right, bottom)
