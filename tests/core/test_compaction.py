"""Which readings a long queue can spare."""

from collections.abc import Sequence

from edge.core.policy.compaction import INTERVAL_MS, Value, left_out

STATION = ("song", "reading.taken", "level")
MINUTE_MS = 60_000


def river(heights: Sequence[float], quality: str = "good") -> list[Value]:
    """A reading a minute."""
    return [Value(n + 1, STATION, n * MINUTE_MS, height, quality) for n, height in enumerate(heights)]


def kept(values: list[Value], levels: Sequence[float] = ()) -> list[int]:
    gone = left_out(values, lambda _: levels)
    return [one.seq for one in values if one.seq not in gone]


def test_the_newest_of_each_quarter_of_an_hour_stays() -> None:
    assert kept(river([1.0] * 45)) == [15, 30, 45]


def test_both_readings_around_a_crossing_of_a_level_stay_up_and_down() -> None:
    heights = [1.0] * 4 + [3.0] * 4 + [1.0] * 7
    assert kept(river(heights), (2.0,)) == [4, 5, 8, 9, 15]


def test_a_level_that_is_just_reached_is_crossed() -> None:
    assert kept(river([1.99, 2.0, 2.0]), (2.0,)) == [1, 2, 3]


def test_bad_readings_stay_and_bring_no_crossing() -> None:
    bad = [Value(99, STATION, 2_500, 50.0, "suspect")]
    assert kept(river([1.0] * 5) + bad, (2.0,)) == [5, 99]


def test_series_do_not_stand_in_for_each_other() -> None:
    rain = [Value(100 + n, ("song", "reading.taken", "rain"), n * MINUTE_MS, 0.0) for n in range(15)]
    assert kept(river([1.0] * 15) + rain) == [15, 114]


def test_a_late_reading_belongs_where_it_was_read() -> None:
    late = [Value(50, STATION, 3 * MINUTE_MS + 1, 1.0)]
    assert kept(river([1.0] * 16) + late) == [15, 16]


def test_a_value_without_a_height_has_only_a_newest() -> None:
    sims = [Value(n, ("modem", "modem.measured", ""), n * INTERVAL_MS // 3, None) for n in range(6)]
    assert kept(sims) == [2, 5]
