"""The tracker by tables: each row is a picture, each picture a list of boxes."""

import itertools
from collections.abc import Sequence

import pytest

from edge.core.vision import Box
from edge.workers.vision.detect.found import Found
from edge.workers.vision.detect.tracker import LOST_S, Tracker

PERIOD_S = 0.2
LEAST_SCORE = 0.4


def person(x: float, y: float = 0.5, size: float = 0.1, label: str = "person", score: float = 0.9) -> Found:
    return Found(label, score, Box(x, y, x + size, y + 2 * size))


def follow(pictures: Sequence[Sequence[Found]], period_s: float = PERIOD_S) -> list[list[int]]:
    """The ids that each picture saw, in the order of its boxes from left to right."""
    tracker = Tracker(itertools.count(1), LEAST_SCORE)
    ids = []
    for number, found in enumerate(pictures):
        tracks = tracker.update(found, 100 + number * period_s)
        ids.append([int(track.id) for track in sorted(tracks, key=lambda track: track.box.left) if not track.misses])
    return ids


CASES = {
    "one who walks": ([[person(0.1 + 0.02 * step)] for step in range(4)], [[], [1], [1], [1]]),
    "one who runs: no overlap but near": ([[person(0.1 + 0.12 * step)] for step in range(5)], [[], [1], [1], [1], [1]]),
    "two side by side": ([[person(0.1), person(0.6)]] * 3, [[], [1, 2], [1, 2]]),
    "two who cross keep their own ids": (
        [[person(0.2 + 0.04 * step, 0.50), person(0.6 - 0.04 * step, 0.56)] for step in range(5)],
        [[], [1, 2], [1, 2], [1, 2], [1, 2]],
    ),
    "one missed picture": ([[person(0.1)], [person(0.12)], [], [person(0.16)]], [[], [1], [], [1]]),
    "a flicker is nobody": ([[person(0.1)], [], [person(0.7)], []], [[], [], [], []]),
    "unsure ones begin nothing": ([[person(0.1, score=0.3)]] * 3, [[], [], []]),
    "who is followed may be unsure": (
        [[person(0.1)], [person(0.1)], [person(0.1, score=0.25)], [person(0.1)]],
        [[], [1], [1], [1]],
    ),
    "a rider is not the motorbike": ([[person(0.1), person(0.1, label="motorcycle")]] * 2, [[], [1, 2]]),
    "far away is another one": ([[person(0.1)]] * 2 + [[person(0.8)]] * 2, [[], [1], [], [2]]),
    "nobody": ([[], []], [[], []]),
}


@pytest.mark.parametrize(("pictures", "expected"), CASES.values(), ids=CASES.keys())
def test_ids_follow_things(pictures: list[list[Found]], expected: list[list[int]]) -> None:
    assert follow(pictures) == expected


@pytest.mark.parametrize(("hidden_s", "same"), [(0.4, True), (2.0, True), (3.0, False)])
def test_who_is_hidden_keeps_the_id_for_two_seconds(hidden_s: float, same: bool) -> None:
    hidden = round(hidden_s / PERIOD_S)
    ids = follow([[person(0.3)]] * 5 + [[]] * hidden + [[person(0.3)]] * 2)
    assert ids[-1] == ([1] if same else [2])


def test_who_walks_behind_a_tree_keeps_the_id() -> None:
    pictures = [[person(0.1 + 0.02 * step)] if not 6 <= step < 14 else [] for step in range(20)]
    assert follow(pictures)[-1] == [1]


@pytest.mark.parametrize("period_s", [0.5, 2.0, 4.0])
def test_who_stands_keeps_the_id_however_slow_the_pictures_come(period_s: float) -> None:
    assert follow([[person(0.5)], [person(0.5)], [], [person(0.5)], [], [person(0.5)]], period_s)[-1] == [1]


def test_track_that_is_not_seen_stays_where_it_was_seen_and_is_expected_further_on() -> None:
    tracker = Tracker(itertools.count(1), LEAST_SCORE)
    for step in range(5):
        tracker.update([person(0.1 + 0.05 * step)], step * PERIOD_S)
    (before,) = tracker.tracks
    (after,) = tracker.update([], 5 * PERIOD_S)
    assert after.box == before.box
    assert (after.hits, after.misses, after.began, after.seen) == (5, 1, 0.0, 4 * PERIOD_S)
    assert after.expected(5 * PERIOD_S).left == pytest.approx(0.35, abs=0.02)


def test_label_is_what_most_detections_said() -> None:
    tracker = Tracker(itertools.count(1), LEAST_SCORE)
    labels: list[tuple[int, str]] = []
    for number, label in enumerate(["car", "car", "truck", "car", "bus"]):
        tracks = tracker.update([person(0.5, label=label)], number * PERIOD_S)
        labels += [(int(track.id), track.label) for track in tracks]
    assert labels[-2:] == [(1, "car"), (1, "car")]


def test_something_seen_for_the_first_time_is_pending_until_the_next_picture() -> None:
    tracker = Tracker(itertools.count(1), LEAST_SCORE)
    pending = []
    for number, found in enumerate([[person(0.5)], [], [person(0.5)], [person(0.5)]]):
        tracker.update(found, number * PERIOD_S)
        pending.append(tracker.pending)
    assert pending == [True, False, False, False]


def test_older_picture_changes_nothing() -> None:
    tracker = Tracker(itertools.count(1), LEAST_SCORE)
    for number in range(3):
        tracker.update([person(0.5)], 10 + number * PERIOD_S)
    before = tracker.tracks
    assert tracker.update([], 9.0) == before


def test_forgotten_tracks_are_gone_and_ids_are_not_used_again() -> None:
    tracker = Tracker(itertools.count(1), LEAST_SCORE)
    for number in range(3):
        tracker.update([person(0.5)], number * PERIOD_S)
    tracker.forget()
    assert not list(tracker.tracks)
    for number in range(3, 6):
        tracker.update([person(0.5)], number * PERIOD_S)
    assert [track.id for track in tracker.tracks] == [2]


def test_ids_are_unique_in_the_shard() -> None:
    ids = itertools.count(1)
    one, other = Tracker(ids, LEAST_SCORE), Tracker(ids, LEAST_SCORE)
    for tracker in (one, other):
        for number in range(2):
            tracker.update([person(0.5)], number * PERIOD_S)
    assert [track.id for track in (*one.tracks, *other.tracks)] == [1, 2]


def test_lost_track_is_dropped_after_its_time() -> None:
    tracker = Tracker(itertools.count(1), LEAST_SCORE)
    for number in range(3):
        tracker.update([person(0.5)], number * PERIOD_S)
    until = 2 * PERIOD_S + LOST_S
    steady = 2 * PERIOD_S
    while tracker.tracks:
        steady += PERIOD_S
        tracker.update([], steady)
    assert until - PERIOD_S <= steady <= until + 2 * PERIOD_S
