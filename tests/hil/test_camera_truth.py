"""How the cameras bench judges: tables of visits and incidents."""

import pytest

from hil.bench.eyes.soak import poisson_at_most, rise
from hil.bench.eyes.truth import Appearance, Stored, judge
from hil.bench.films.script import AWAKE, IDLE


def visit(number: int, onset: float, lasts_s: float, guaranteed_s: float = 2.1, after: str = IDLE) -> Appearance:
    return Appearance("cam", number, 2, after, onset, onset + lasts_s, guaranteed_s)


def test_an_incident_belongs_to_the_visit_that_it_came_in() -> None:
    verdict = judge([visit(0, 10, 3), visit(1, 30, 3)], [Stored("cam", 32.5)], 0, 100)
    assert [one.delay_s for one in verdict.judged] == [None, 2.5]
    assert verdict.false == ()


def test_a_second_incident_of_a_visit_is_a_false_one() -> None:
    verdict = judge([visit(0, 10, 9)], [Stored("cam", 12.0), Stored("cam", 16.0)], 0, 100)
    assert verdict.false == (Stored("cam", 16.0),)
    assert verdict.precision() == 0.5


def test_an_incident_of_another_camera_or_before_the_visit_is_false() -> None:
    verdict = judge([visit(0, 10, 3)], [Stored("other", 11.0), Stored("cam", 9.9)], 0, 100)
    assert len(verdict.false) == 2
    assert verdict.judged[0].delay_s is None


def test_an_incident_a_little_after_the_visitor_left_is_still_his() -> None:
    assert judge([visit(0, 10, 1.2)], [Stored("cam", 13.0)], 0, 100).judged[0].delay_s == 3.0
    assert judge([visit(0, 10, 1.2)], [Stored("cam", 17.0)], 0, 100).judged[0].delay_s is None


def test_what_came_before_the_window_counts_for_nobody() -> None:
    verdict = judge([visit(0, 10, 3), visit(1, 30, 3)], [Stored("cam", 11.0), Stored("cam", 31.0)], 20, 100)
    assert [one.visit.number for one in verdict.judged] == [1]
    assert verdict.false == ()


@pytest.mark.parametrize(
    ("lasts_s", "guaranteed_s", "promised", "beyond"),
    [(2.0, 2.1, False, False), (2.2, 2.1, True, False), (2.4, 2.1, True, True), (9.0, 0.0, False, False)],
)
def test_only_who_outstays_the_published_guarantee_is_missed(
    lasts_s: float, guaranteed_s: float, promised: bool, beyond: bool
) -> None:
    verdict = judge([visit(0, 10, lasts_s, guaranteed_s)], [], 0, 100)
    assert verdict.recall() == (0.0 if promised else 1.0)
    assert bool(verdict.missed_beyond_guarantee()) is beyond


def test_delays_are_told_by_class_and_never_pooled() -> None:
    visits = [visit(0, 10, 3), visit(1, 30, 3, after=AWAKE)]
    verdict = judge(visits, [Stored("cam", 12.0), Stored("cam", 30.5)], 0, 100)
    assert verdict.delays(IDLE) == [2.0]
    assert verdict.delays(AWAKE, 2) == [0.5]
    assert verdict.delays(AWAKE, 4) == []


@pytest.mark.parametrize(("count", "most"), [(0, 3.0), (1, 4.74), (5, 10.51)])
def test_how_many_there_may_really_be(count: int, most: float) -> None:
    assert poisson_at_most(count) == pytest.approx(most, abs=0.01)


def test_growth_is_that_of_the_whole_time_and_not_of_one_jump() -> None:
    assert rise([100.0 + number for number in range(50)]) == pytest.approx(49.0)
    assert rise([100.0] * 49 + [130.0]) == 0.0
    assert rise([100.0]) == 0.0
