"""The tracker by tables: each row is a picture, each picture a list of boxes."""

import itertools
from collections.abc import Sequence

import pytest

from edge.core.vision import Box
from edge.workers.vision.detect.found import Found, overlap
from edge.workers.vision.detect.tracker import Tracker

PERIOD_S = 0.2


def person(x: float, y: float = 0.5, size: float = 0.1, label: str = "person") -> Found:
    return Found(label, 0.9, Box(x, y, x + size, y + 2 * size))


def follow(pictures: Sequence[Sequence[Found]], period_s: float = PERIOD_S) -> list[list[int]]:
    """The ids that each picture saw, in the order of its boxes from left to right."""
    tracker = Tracker(itertools.count(1))
    ids = []
    for number, found in enumerate(pictures):
        tracks = tracker.update(found, 100 + number * period_s)
        ids.append([int(track.id) for track in sorted(tracks, key=lambda track: track.box.left) if not track.misses])
    return ids


CASES = {
    "one who walks": ([[person(0.1 + 0.02 * step)] for step in range(4)], [[1]] * 4),
    "one who runs: no overlap but near": ([[person(0.1 + 0.15 * step)] for step in range(5)], [[1]] * 5),
    "two side by side": ([[person(0.1), person(0.6)]] * 3, [[1, 2]] * 3),
    "two who cross keep their own ids": (
        [[person(0.2 + 0.04 * step, 0.50), person(0.6 - 0.04 * step, 0.56)] for step in range(5)],
        [[1, 2]] * 5,
    ),
    "one missed picture": ([[person(0.1)], [person(0.12)], [], [person(0.16)]], [[1], [1], [], [1]]),
    "a rider is not the motorbike": (
        [[person(0.1), person(0.1, label="motorcycle")]] * 2,
        [[1, 2]] * 2,
    ),
    "far away is another one": ([[person(0.1)], [person(0.8)]], [[1], [2]]),
    "nobody": ([[], []], [[], []]),
}


@pytest.mark.parametrize(("pictures", "expected"), CASES.values(), ids=CASES.keys())
def test_ids_follow_things(pictures: list[list[Found]], expected: list[list[int]]) -> None:
    assert follow(pictures) == expected


@pytest.mark.parametrize(
    ("hits", "pictures_missed", "lives"),
    [(1, 2, True), (1, 6, False), (5, 6, True), (5, 12, True), (5, 14, False)],
)
def test_sure_tracks_are_waited_for_longer(hits: int, pictures_missed: int, lives: bool) -> None:
    tracker = Tracker(itertools.count(1))
    for number in range(hits + pictures_missed):
        tracker.update([person(0.5)] if number < hits else [], number * PERIOD_S)
    assert bool(tracker.tracks) == lives


def test_track_is_not_given_up_for_one_miss_however_slow_the_pictures_come() -> None:
    assert follow([[person(0.5)], [], [person(0.5)]], period_s=1.5) == [[1], [], [1]]


def test_track_that_is_not_seen_stays_where_it_was_seen() -> None:
    tracker = Tracker(itertools.count(1))
    for step in range(4):
        tracker.update([person(0.1 + 0.05 * step)], step * PERIOD_S)
    (before,) = tracker.tracks
    (after,) = tracker.update([], 5 * PERIOD_S)
    assert after.box == before.box
    assert (after.hits, after.misses) == (4, 1)
    assert after.expected(5 * PERIOD_S).left > before.box.left


def test_ids_are_unique_in_the_shard() -> None:
    ids = itertools.count(1)
    one, other = Tracker(ids), Tracker(ids)
    assert [track.id for tracker in (one, other) for track in tracker.update([person(0.5)], 0.0)] == [1, 2]


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        (Box(0, 0, 1, 1), Box(0, 0, 1, 1), 1.0),
        (Box(0, 0, 0.5, 1), Box(0.5, 0, 1, 1), 0.0),
        (Box(0, 0, 0.5, 1), Box(0.25, 0, 0.75, 1), 1 / 3),
        (Box(0, 0, 0, 0), Box(0, 0, 1, 1), 0.0),
    ],
)
def test_overlap_is_intersection_over_union(one: Box, other: Box, share: float) -> None:
    assert overlap(one, other) == pytest.approx(share)
