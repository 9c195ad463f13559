"""The rate by the hour, the month's budget, and when a backlog will be gone."""

import pytest

from edge.core.moment import Steady
from edge.core.policy.airtime import Hours
from edge.core.policy.drain import Seen, eta_s, look
from edge.core.policy.shaping import (
    ALL_LANES,
    BURST_S,
    DEBT_S,
    URGENT_LANES,
    Bucket,
    Saver,
    Shape,
    filled,
    open_lanes,
    rate_at,
    saver_of,
    spent,
    wait_s,
)

OFFICE, NIGHT = Shape(Hours(7 * 60, 17 * 60), 256), Shape(Hours(22 * 60, 5 * 60), 64)
NARROW = Shape(Hours(11 * 60, 12 * 60), 32)


@pytest.mark.parametrize(
    ("hour", "kbit"), [(6, 0), (7, 256), (11, 32), (16, 256), (17, 0), (22, 64), (0, 64), (4, 64), (5, 0)]
)
def test_the_rate_is_the_least_of_the_hours_that_hold(hour: int, kbit: int) -> None:
    assert rate_at((OFFICE, NIGHT, NARROW), hour * 60) == kbit


def test_a_bucket_lets_its_rate_through_and_no_more() -> None:
    bucket, now_s, gone = Bucket(0, Steady(0)), 0.0, 0
    while now_s < 600:
        bucket = filled(bucket, 64, Steady(now_s))
        wait = wait_s(bucket, 64)
        if wait == 0:
            bucket, gone = spent(bucket, 9_000), gone + 9_000
        now_s += max(wait, 0.01)
    assert gone == pytest.approx(600 * 64 * 125, rel=0.02)


def test_a_quiet_hour_saves_up_no_flood() -> None:
    assert filled(Bucket(0, Steady(0)), 64, Steady(3_600)).level == BURST_S * 64 * 125


def test_the_debt_of_many_alarms_is_forgiven_beyond_a_minute() -> None:
    bucket = filled(spent(Bucket(0, Steady(0)), 10**9), 64, Steady(1))
    assert wait_s(bucket, 64) == DEBT_S


def test_an_hour_without_a_limit_wipes_the_debt() -> None:
    assert wait_s(filled(spent(Bucket(0, Steady(0)), 10**6), 0, Steady(1)), 64) == 0


@pytest.mark.parametrize(
    ("used", "budget", "saver"),
    [
        (0, 1000, Saver.NONE),
        (799, 1000, Saver.NONE),
        (800, 1000, Saver.SAVING),
        (999, 1000, Saver.SAVING),
        (1000, 1000, Saver.SPENT),
        (10**12, 0, Saver.NONE),
    ],
)
def test_the_data_saver_begins_at_eighty_percent(used: int, budget: int, saver: Saver) -> None:
    assert saver_of(used, budget) is saver
    assert open_lanes(saver) == (ALL_LANES if saver is Saver.NONE else URGENT_LANES)


def _history(*waiting: int) -> tuple[Seen, ...]:
    history: tuple[Seen, ...] = ()
    for second, count in enumerate(waiting):
        history = look(history, Steady(second), count)
    return history


def test_the_time_left_follows_how_the_backlog_shrinks_with_what_arrives() -> None:
    assert eta_s(_history(1000, 950, 900, 850, 800)) == 16


def test_the_time_left_is_unknown_while_nothing_shrinks_or_little_was_seen() -> None:
    assert eta_s(()) is None
    assert eta_s(_history(100, 50)) is None
    assert eta_s(_history(100, 100, 100, 100, 100)) is None
    assert eta_s(_history(100, 120, 140, 160, 180)) is None
    assert eta_s(_history(*range(10**9, 10**9 - 10, -1))) is None


def test_nothing_left_is_no_time() -> None:
    assert eta_s(_history(10, 0)) == 0


def test_only_the_last_minute_counts() -> None:
    history = _history(*[10_000] * 100, *range(10_000, 3_900, -100))
    assert eta_s(history) == pytest.approx(40, abs=2)
