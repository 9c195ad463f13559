import pytest

from edge.core.forecast.history import HOUR_MS, Point
from edge.core.forecast.path import Path, Step, reach

START = Point(0, 1.0)
UP = Path((Step(1, 0.2, 0.1, 0.4), Step(3, 0.6, 0.3, 1.2), Step(6, 1.0, 0.4, 2.0)))
DOWN = Path((Step(3, -0.6, -1.2, -0.3), Step(6, -1.0, -2.0, -0.4)))


def test_the_band_closes_on_the_newest_reading() -> None:
    assert UP.at(0) == Step(0, 0, 0, 0)
    assert UP.at(0.5).high_m == pytest.approx(0.2)
    assert UP.at(2).change_m == pytest.approx(0.4)


def test_the_next_level_is_reached_between_the_edges_of_the_band() -> None:
    level, first, last = reach(UP, START, (1.3, 2.0, 9.0), 0)
    assert level == 1.3
    assert first == pytest.approx(0.75 * HOUR_MS)
    assert last == pytest.approx(3 * HOUR_MS)


def test_a_level_that_only_the_upper_edge_reaches_may_never_come() -> None:
    level, first, last = reach(UP, START, (1.8,), 0)
    assert (level, last) == (1.8, None)
    assert first is not None


def test_a_level_out_of_reach_is_not_named() -> None:
    assert reach(UP, START, (4.0,), 0) == (None, None, None)
    assert reach(UP, START, (0.5,), 0) == (None, None, None)


def test_a_falling_river_reaches_the_level_below() -> None:
    level, first, last = reach(DOWN, START, (0.2, 0.7, 1.5), 0)
    assert level == 0.7
    assert first == pytest.approx(0.75 * HOUR_MS)
    assert last == pytest.approx(3 * HOUR_MS)


def test_nothing_is_reached_in_the_past() -> None:
    assert reach(UP, START, (1.1,), 2 * HOUR_MS)[1] == 2 * HOUR_MS
