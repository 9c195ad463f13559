from edge.core.policy.flood.limits import HOUR_MS, MINUTE_MS
from edge.core.policy.flood.rain import HOURS, Fallen, accumulate, spells

NOW = 1_790_000_000_000


def counter(*readings: tuple[float, float], now: int = NOW) -> dict[int, Fallen]:
    """Readings of a counter as (hours ago, mm)."""
    told = [(round(now - ago * HOUR_MS), mm) for ago, mm in readings]
    return {fallen.hours: fallen for fallen in accumulate(spells("rain_counter", told), now)}


def amounts(*readings: tuple[float, float]) -> dict[int, Fallen]:
    told = [(round(NOW - ago * HOUR_MS), mm) for ago, mm in readings]
    return {fallen.hours: fallen for fallen in accumulate(spells("rain", told), NOW)}


def test_a_counter_read_every_ten_minutes_gives_every_window() -> None:
    rain = counter(*((ago / 6, 1000 + (144 - ago) * 0.5) for ago in range(144, -1, -1)))
    assert {hours: rain[hours].mm for hours in HOURS} == {1: 3.0, 3: 9.0, 6: 18.0, 12: 36.0, 24: 72.0}
    assert all(rain[hours].known == 1.0 for hours in HOURS)


def test_what_a_counter_counted_across_a_gap_fell() -> None:
    rain = counter((4.5, 100.0), (4.0, 100.0), (0.5, 160.0), (0.0, 160.0))
    assert rain[6].mm == 60.0
    assert rain[6].known == 1 / 6, "when it fell is not known"


def test_of_a_gap_over_the_beginning_of_a_window_only_the_share_counts() -> None:
    rain = counter((6.0, 100.0), (0.0, 160.0))
    assert rain[3].mm == 30.0
    assert rain[1].mm == 10.0


def test_a_counter_that_was_reset_counts_what_it_shows_since_then() -> None:
    assert counter((1.0, 990.0), (0.5, 2.0), (0.0, 4.5))[1].mm == 4.5


def test_a_counter_that_leaps_by_more_than_ever_fell_counts_nothing() -> None:
    rain = counter((1.0, 10.0), (0.5, 90_000.0), (0.0, 90_001.0))
    assert rain[1].mm == 1.0
    assert rain[1].known == 0.5


def test_missing_amounts_count_as_nothing_and_are_told() -> None:
    rain = amounts((5.0, 10.0), (4.0, 20.0), (1.0, 5.0), (0.0, 1.0))
    assert rain[6].mm == 36.0
    assert rain[6].known == 4 / 6
    assert rain[1].mm == 1.0


def test_amounts_of_ten_minutes_are_not_taken_for_hours() -> None:
    rain = amounts(*((ago / 6, 1.0) for ago in range(6, -1, -1)))
    assert rain[1].mm == 6.0


def test_without_readings_nothing_is_known() -> None:
    assert counter()[24] == Fallen(24, 0.0, 0.0)


def test_a_warning_amount_is_reached_however_little_is_known() -> None:
    told = [(NOW - HOUR_MS, 0.0), (NOW - 10 * MINUTE_MS, 42.0)]
    one, three, *_ = accumulate(spells("rain_counter", told), NOW, (40, 60, 80, 100, 150))
    assert one.reached
    assert not three.reached
    assert not accumulate(spells("rain_counter", told), NOW)[0].reached
