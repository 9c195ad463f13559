"""Follows things from picture to picture: overlap first, nearness second, constant speed between.

The idea is SORT's (Bewley et al. 2016) without its Kalman filter: at 3-10 pictures a second and a handful of people
the last speed predicts as well. Same label only: a rider and the motorbike overlap and must stay two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from edge.core.vision import Box, TrackId
from edge.workers.vision.detect.found import Found, overlap

LEAST_OVERLAP = 0.15
REACH = 1.0
"""How far, in its own larger side, a thing may jump between two pictures and still be itself."""
LONGEST_GUESS_S = 1.0
SURE_HITS = 3
SURE_LOST_S = 2.5
UNSURE_LOST_S = 0.8
LEAST_MISSES = 2
"""A track is never given up for one missed picture, however slow the pictures come."""
SPEED_MEMORY = 0.5


@dataclass(frozen=True, slots=True)
class Track:
    """One thing followed. ``box`` is where it was last seen; speeds are shares of the picture a second."""

    id: TrackId
    label: str
    score: float
    box: Box
    began: float
    seen: float
    hits: int = 1
    misses: int = 0
    speed_x: float = 0.0
    speed_y: float = 0.0

    def expected(self, steady: float) -> Box:
        """Where the thing should be now."""
        ahead_s = min(steady - self.seen, LONGEST_GUESS_S)
        return _moved(self.box, self.speed_x * ahead_s, self.speed_y * ahead_s)

    def lost(self, steady: float) -> bool:
        """Whether to give it up: a sure track is waited for longer."""
        limit_s = SURE_LOST_S if self.hits >= SURE_HITS else UNSURE_LOST_S
        return self.misses >= LEAST_MISSES and steady - self.seen > limit_s


class Tracker:
    """The tracks of one camera. One thread uses it; ``ids`` is shared by the shard, so ids are unique in its run."""

    def __init__(self, ids: Iterator[int]) -> None:
        self._ids = ids
        self.tracks: tuple[Track, ...] = ()

    def update(self, found: Sequence[Found], steady: float) -> tuple[Track, ...]:
        """The tracks after one more analysed picture, which arrived at ``steady``."""
        pairs = _match(self.tracks, found, steady)
        kept = [
            _hit(track, found[pairs[index]], steady) if index in pairs else replace(track, misses=track.misses + 1)
            for index, track in enumerate(self.tracks)
        ]
        taken = set(pairs.values())
        born = [self._begin(thing, steady) for index, thing in enumerate(found) if index not in taken]
        self.tracks = tuple(track for track in (*kept, *born) if not track.lost(steady))
        return self.tracks

    def forget(self) -> None:
        """End every track: the camera gives no more pictures."""
        self.tracks = ()

    def _begin(self, thing: Found, steady: float) -> Track:
        return Track(TrackId(next(self._ids)), thing.label, thing.score, thing.box, began=steady, seen=steady)


def _match(tracks: Sequence[Track], found: Sequence[Found], steady: float) -> dict[int, int]:
    """Best pairs first; index of track to index of detection."""
    offers = []
    for index, track in enumerate(tracks):
        expected = track.expected(steady)
        offers += [
            (likeness, index, other)
            for other, thing in enumerate(found)
            if thing.label == track.label and (likeness := _likeness(expected, thing.box)) > 0
        ]
    pairs: dict[int, int] = {}
    for _, index, other in sorted(offers, reverse=True):
        if index not in pairs and other not in pairs.values():
            pairs[index] = other
    return pairs


def _likeness(expected: Box, box: Box) -> float:
    """Overlap where there is enough; below that nearness, which never beats an overlap; 0 is another thing."""
    common = overlap(expected, box)
    if common >= LEAST_OVERLAP:
        return common
    return LEAST_OVERLAP * max(0.0, 1.0 - _distance(expected, box) / (REACH * _larger_side(expected)))


def _hit(track: Track, thing: Found, steady: float) -> Track:
    passed_s = max(steady - track.seen, 1e-3)
    (old_x, old_y), (new_x, new_y) = _middle(track.box), _middle(thing.box)
    first = track.hits == 1
    return replace(
        track,
        score=thing.score,
        box=thing.box,
        seen=steady,
        hits=track.hits + 1,
        misses=0,
        speed_x=_smooth(track.speed_x, (new_x - old_x) / passed_s, first=first),
        speed_y=_smooth(track.speed_y, (new_y - old_y) / passed_s, first=first),
    )


def _smooth(old: float, new: float, *, first: bool) -> float:
    return new if first else SPEED_MEMORY * old + (1 - SPEED_MEMORY) * new


def _moved(box: Box, by_x: float, by_y: float) -> Box:
    return Box(box.left + by_x, box.top + by_y, box.right + by_x, box.bottom + by_y)


def _middle(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def _distance(one: Box, other: Box) -> float:
    (one_x, one_y), (other_x, other_y) = _middle(one), _middle(other)
    return float(((one_x - other_x) ** 2 + (one_y - other_y) ** 2) ** 0.5)


def _larger_side(box: Box) -> float:
    return max(box.right - box.left, box.bottom - box.top, 1e-6)
