import pytest

from edge.core.forecast.features import features
from edge.core.forecast.history import HOUR_MS, History, Point, Release, Series, series


def rising(hours: int, rate_m_h: float = 0.1, step_h: int = 1) -> Series:
    return series(Point(hour * HOUR_MS, hour * rate_m_h) for hour in range(0, hours, step_h))


def test_a_value_between_two_readings_lies_on_the_line_and_outside_it_is_held() -> None:
    found = series([Point(HOUR_MS, 1.0), Point(3 * HOUR_MS, 2.0)])
    assert [found.at(hour * HOUR_MS) for hour in (0, 1, 2, 3, 9)] == pytest.approx([1, 1, 1.5, 2, 2])


def test_of_two_readings_of_one_instant_the_later_word_counts() -> None:
    assert series([Point(5, 1.0), Point(5, 2.0)]).points == (Point(5, 2.0),)


def test_what_has_not_arrived_is_not_known() -> None:
    late = series([Point(0, 1.0), Point(HOUR_MS, 2.0, arrived_ms=3 * HOUR_MS)])
    assert History(late).known(2 * HOUR_MS, 9 * HOUR_MS).level.points == (Point(0, 1.0),)
    assert len(History(late).known(3 * HOUR_MS, 9 * HOUR_MS).level.points) == 2


def test_an_announcement_counts_from_when_it_was_known_not_from_when_it_begins() -> None:
    told = History(rising(10), releases=(Release(known_ms=8 * HOUR_MS, from_ms=10 * HOUR_MS, discharge_m3s=500),))
    assert not told.known(7 * HOUR_MS, 9 * HOUR_MS).releases
    assert features(told.known(9 * HOUR_MS, 9 * HOUR_MS), 0, 3)["release"] == 5


def test_a_release_is_felt_after_its_lag() -> None:
    told = History(rising(10), releases=(Release(0, 5 * HOUR_MS, 200),))
    assert features(told, 5, 3)["release"] == 2
    assert features(told, 1, 3)["release"] == 0


def test_a_river_that_rises_evenly_has_a_rate_and_no_bend() -> None:
    found = features(History(rising(12)), 0, 3)
    assert found["rate"] == pytest.approx(0.1)
    assert found["bend"] == pytest.approx(0)
    assert found["trend"] == pytest.approx(0.1)


def test_the_rate_of_sparse_readings_is_that_of_their_line() -> None:
    found = features(History(rising(13, step_h=3)), 0, 3)
    assert found["rate"] == pytest.approx(0.1)


def test_an_upstream_station_that_fell_silent_is_left_out() -> None:
    assert "up_3" not in features(History(rising(12), rising(6)), 0, 3)
    assert "up_3" in features(History(rising(12), rising(9)), 0, 3)


def test_the_datum_of_a_gauge_does_not_matter() -> None:
    high = series(Point(point.at_ms, point.value + 100) for point in rising(12).points)
    assert features(History(high), 0, 3) == pytest.approx(features(History(rising(12)), 0, 3))
