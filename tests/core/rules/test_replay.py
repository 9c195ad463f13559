"""A rule that is drawn today, tried on what moved yesterday."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from edge.core.passage import MOST_POINTS, Footprint, Passage, at, begun, gone_on
from edge.core.policy.rules.replay import replay
from edge.core.policy.rules.signs import RECENT_S
from tests.core.rules.stage import BANK, COUNT, LINE, LOITER, SAN, who

NIGHT_MS = 1_790_000_000_000


def passage(*path: tuple[int, float, float], began_ms: int = NIGHT_MS, label: str = "person") -> Passage:
    prints = tuple(Footprint(after_ms, x, y, 0.3) for after_ms, x, y in path)
    return Passage(began_ms, began_ms + prints[-1].after_ms, label, 0.8, 9, prints)


WALK = passage((0, 0.1, 0.8), (8000, 0.9, 0.8))
"""From left to right in eight seconds."""


def test_who_walked_through_a_zone_fires_it_once() -> None:
    (fired,) = replay(SAN, [WALK])
    assert (fired.at_ms, fired.label, fired.most) == (NIGHT_MS, "person", 1)
    assert fired.until_ms == pytest.approx(NIGHT_MS + 4000 + 1000 * RECENT_S, abs=500)


def test_each_visit_fires_and_two_at_once_are_one() -> None:
    later = replace(WALK, began_ms=NIGHT_MS + 60_000, ended_ms=NIGHT_MS + 68_000)
    beside = passage((0, 0.3, 0.5), (6000, 0.3, 0.5))
    fired = replay(SAN, [later, WALK, beside])
    assert [(one.at_ms, one.most) for one in fired] == [(NIGHT_MS, 2), (NIGHT_MS + 60_000, 1)]


def test_lines_loiterers_and_crowds_are_tried_too() -> None:
    assert len(replay(LINE, [WALK])) == 1
    assert replay(LOITER, [WALK]) == ()
    assert len(replay(LOITER, [passage((0, 0.2, 0.8), (30_000, 0.2, 0.8))])) == 1
    assert replay(COUNT, [WALK]) == ()


def test_the_river_is_taken_to_be_high() -> None:
    assert len(replay(BANK, [WALK])) == 1


def test_nothing_moved_and_nothing_fires() -> None:
    assert replay(SAN, []) == ()


def test_a_passage_is_short_whatever_its_length_and_keeps_its_ends() -> None:
    trace = begun(who(0.1), NIGHT_MS)
    for step in range(1, 5000):
        trace = gone_on(trace, who(0.1 + step / 10_000), NIGHT_MS + step * 200)
    path = trace.passage.path
    assert len(path) <= MOST_POINTS
    assert (path[0].after_ms, path[-1].after_ms) == (0, 4999 * 200)
    middle = at(trace.passage, NIGHT_MS + 500_000)
    assert middle is not None
    assert middle.x == pytest.approx(0.35, abs=0.01)


def test_nobody_was_there_before_he_came_or_after_he_went() -> None:
    assert at(WALK, NIGHT_MS - 1) is None
    assert at(WALK, NIGHT_MS + 8001) is None


@given(some.lists(some.tuples(some.integers(0, 100_000), some.integers(0, 20_000), some.floats(0, 1)), max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_replay_ends_every_incident_after_it_began_and_none_overlap(
    walks: list[tuple[int, int, float]],
) -> None:
    walked = [passage((0, x, 0.5), (ms, 1 - x, 0.5), began_ms=NIGHT_MS + after) for after, ms, x in walks]
    fired = replay(SAN, walked)
    assert all(one.at_ms <= one.until_ms for one in fired)
    assert all(one.until_ms < other.at_ms for one, other in zip(fired, fired[1:], strict=False))
