"""Whether a reading may decide: tables of values in their order, each with what it must be worth."""

from dataclasses import dataclass, field

import pytest

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.policy.flood.limits import HOUR_MS, MINUTE_MS, Limits, limits_of
from edge.core.policy.flood.quality import Fact, Judged, State, confirm, judge
from edge.core.sensing import Quality, Source

T0 = 1_790_000_000_000
GOOD, JUMP, ZERO, STUCK, LATE, CLOCK = (
    Quality.GOOD,
    Quality.JUMP,
    Quality.ZERO,
    Quality.STUCK,
    Quality.LATE,
    Quality.CLOCK,
)
LEVEL = limits_of("level", (-1.0, 12.0), 4.0)


@dataclass
class Gauge:
    """A gauge that is asked once a minute."""

    limits: Limits = LEVEL
    clock: ClockState = ClockState.SYNCED
    state: State = field(default_factory=State)
    minute: float = 0.0

    def says(self, value: float, *, after_min: float = 1.0) -> Quality:
        self.minute += after_min
        return self.told(Fact(value)).quality

    def person(self, value: float, *, sure: bool = False) -> Quality:
        self.minute += 0.5
        return self.told(Fact(value, round(T0 + self.minute * MINUTE_MS), Source.HAND, sure)).quality

    def feed(self, value: float, at_h: float) -> Judged:
        """A feed with its own time; it is asked at that time."""
        self.minute = at_h * 60
        return self.told(Fact(value, round(T0 + at_h * HOUR_MS), Source.PROVINCE))

    def told(self, fact: Fact) -> Judged:
        now = Moment(AtMs(round(T0 + self.minute * MINUTE_MS)), Steady(self.minute * 60), self.clock)
        self.state, judged = judge(self.state, fact, self.limits, now)
        return judged


SERIES = {
    "a calm rise": [(1.00, GOOD), (1.03, GOOD), (1.06, GOOD)],
    "waves": [(1.00, GOOD), (1.25, GOOD), (0.98, GOOD)],
    "one spike": [(1.00, GOOD), (5.10, JUMP), (1.01, GOOD)],
    "three spikes that do not follow each other": [(1.0, GOOD), (5.0, JUMP), (9.0, JUMP), (3.0, JUMP), (1.0, GOOD)],
    "a spike that comes and goes": [(1.0, GOOD), (5.0, JUMP), (1.0, GOOD), (5.0, JUMP), (1.0, GOOD), (5.0, JUMP)],
    "a leap that stands like a post": [(1.0, GOOD), *[(5.0, JUMP)] * 20, (1.0, GOOD)],
    "a flash flood": [(1.0, GOOD), (2.1, JUMP), (2.2, JUMP), (2.32, GOOD), (2.4, GOOD)],
    "a drop to zero": [(3.0, GOOD), *[(0.0, ZERO)] * 20, (3.02, GOOD)],
    "a sensor that hangs in the air": [(3.0, GOOD), *[(0.0, ZERO), (0.01, ZERO)] * 10, (3.0, GOOD)],
    "a small river that dries up": [(0.12, GOOD), (0.0, GOOD), (0.0, GOOD)],
    "a fall that no river does": [(5.0, GOOD), (2.0, JUMP), (2.01, JUMP), (2.05, JUMP), (5.0, GOOD)],
    "out of range": [(3.0, GOOD), (12.5, Quality.OUT_OF_RANGE), (float("nan"), Quality.OUT_OF_RANGE), (3.0, GOOD)],
    "a first reading outside": [(-2.0, Quality.OUT_OF_RANGE), (3.0, GOOD)],
}


@pytest.mark.parametrize("name", SERIES)
def test_each_reading_is_worth_what_the_table_says(name: str) -> None:
    gauge = Gauge()
    assert [gauge.says(value) for value, _ in SERIES[name]] == [worth for _, worth in SERIES[name]]


def test_a_leap_down_is_believed_after_six_hours_of_water_that_moves_and_never_when_it_is_zero() -> None:
    for bottom, end in ((2.0, GOOD), (0.0, ZERO)):
        gauge = Gauge()
        gauge.says(5.0)
        worth = [gauge.says(bottom + 0.1 * (n % 2), after_min=10) for n in range(38)]
        assert GOOD not in worth[:36]
        assert worth[-1] is end


def test_a_fall_in_doubt_hides_no_later_rise() -> None:
    """Debris fell on the gauge; then the flood comes."""
    gauge = Gauge()
    gauge.says(3.0)
    assert gauge.says(1.0) is JUMP
    rise = [1.2, 1.4, 1.7, 2.0, 2.3, 2.5, 2.7, 2.9, 3.1, 3.3]
    assert [gauge.says(level) for level in rise[:6]] == [JUMP] * 6
    assert [gauge.says(level) for level in rise[6:]] == [GOOD] * 4


def test_an_hourly_feed_may_rise_as_the_worst_measured_hour() -> None:
    gauge = Gauge()
    assert [gauge.feed(level, hour).quality for hour, level in enumerate((2.0, 4.35, 6.7, 5.6))] == [GOOD] * 4


def test_who_was_silent_for_hours_is_heard_once_more_before_a_leap_counts() -> None:
    gauge = Gauge()
    gauge.says(1.0)
    gauge.says(1.0)
    assert gauge.says(3.0, after_min=300) is JUMP
    assert gauge.says(3.05) is JUMP
    assert gauge.says(3.1) is GOOD


def test_the_gap_before_a_reading_is_told() -> None:
    gauge = Gauge()
    gauge.says(1.0)
    gauge.minute += 90
    assert gauge.told(Fact(1.1)).gap_ms == 90 * MINUTE_MS


def test_a_high_river_that_stands_still_for_two_hours_is_suspected_and_a_calm_one_after_a_day() -> None:
    high, calm = Gauge(), Gauge()
    assert [high.says(4.5, after_min=10) for _ in range(13)] == [GOOD] * 12 + [STUCK]
    assert [calm.says(1.5, after_min=60) for _ in range(25)] == [GOOD] * 24 + [STUCK]


def test_a_river_that_moved_a_moment_ago_is_suspected_after_two_hours() -> None:
    gauge = Gauge()
    gauge.says(1.0)
    gauge.says(1.2, after_min=10)
    worth = [gauge.says(1.2, after_min=10) for _ in range(12)]
    assert worth[-1] is STUCK
    assert STUCK not in worth[:-1]


def test_a_crest_in_whole_centimetres_once_an_hour_is_not_stuck() -> None:
    gauge = Gauge()
    assert {gauge.feed(4.88, hour).quality for hour in range(5)} == {GOOD}


def test_a_stuck_gauge_that_moves_again_is_good_at_once_and_its_leap_is_doubted() -> None:
    for next_level, worth in ((4.55, GOOD), (7.5, JUMP)):
        gauge = Gauge()
        for _ in range(40):
            gauge.says(4.5, after_min=10)
        assert gauge.says(next_level, after_min=10) is worth


YEAR_MS = 365 * 24 * HOUR_MS
CLOCKS = [
    (0, GOOD),
    (4 * MINUTE_MS, GOOD),
    (6 * MINUTE_MS, CLOCK),
    (YEAR_MS, CLOCK),
    (-2 * HOUR_MS, GOOD),
    (-4 * HOUR_MS, LATE),
    (-YEAR_MS, CLOCK),
]


@pytest.mark.parametrize(("off_ms", "worth"), CLOCKS)
def test_the_time_of_the_source_is_judged(off_ms: int, worth: Quality) -> None:
    judged = Gauge().told(Fact(2.0, T0 + off_ms))
    assert judged.quality is worth
    assert judged.at_ms == (T0 if worth is CLOCK else T0 + off_ms), (
        "a reading with an impossible time is kept as of now"
    )


def test_a_wrong_clock_spoils_nothing_for_the_readings_after_it() -> None:
    gauge = Gauge()
    gauge.feed(2.0, 1)
    gauge.told(Fact(9.0, T0 + YEAR_MS))
    assert gauge.feed(2.1, 2).quality is GOOD


def test_a_box_that_does_not_know_the_time_blames_no_other_clock_and_goes_on() -> None:
    gauge = Gauge(clock=ClockState.FLOOR)
    assert gauge.told(Fact(2.0, T0 + YEAR_MS)).quality is GOOD
    assert gauge.told(Fact(2.1, T0 + YEAR_MS + HOUR_MS)).quality is GOOD
    gauge.clock = ClockState.SYNCED
    assert gauge.told(Fact(2.2, T0)).quality is GOOD


def test_a_step_of_the_box_clock_is_no_leap_of_the_river() -> None:
    gauge = Gauge()
    gauge.says(2.0)
    before = Moment(AtMs(1_000), Steady(gauge.minute * 60 + 60), ClockState.FLOOR)
    gauge.state, judged = judge(gauge.state, Fact(2.3), LEVEL, before)
    assert judged.quality is GOOD


def test_a_planned_release_is_of_the_future_and_no_fault_of_a_clock() -> None:
    gauge = Gauge(limits=limits_of("release_planned", (0, 1), None))
    assert gauge.told(Fact(800.0, T0 + 6 * HOUR_MS)).quality is GOOD
    assert gauge.told(Fact(600.0, T0 + 3 * HOUR_MS)).quality is GOOD, "announcements come in any order"
    assert gauge.told(Fact(800.0, T0 + YEAR_MS)).quality is CLOCK


def test_the_same_reading_told_again_is_a_duplicate_and_a_corrected_one_is_not() -> None:
    gauge = Gauge()
    assert not gauge.feed(2.0, 1).duplicate
    assert gauge.feed(2.0, 1).duplicate
    assert not gauge.feed(2.05, 1).duplicate


def test_an_older_reading_fills_the_chart_and_decides_nothing() -> None:
    gauge = Gauge()
    gauge.feed(2.0, 2)
    before = gauge.state
    assert gauge.told(Fact(5.0, T0 + HOUR_MS)).quality is LATE
    assert gauge.state == before


def test_a_person_settles_a_doubt_and_is_asked_again_about_a_leap() -> None:
    gauge = Gauge()
    gauge.says(1.0)
    assert gauge.says(5.0) is JUMP
    assert gauge.person(4.9) is GOOD
    assert gauge.says(5.0) is GOOD
    assert gauge.person(1.0) is JUMP
    assert gauge.person(1.0, sure=True) is GOOD


def test_a_person_outweighs_a_sensor_that_says_something_else() -> None:
    gauge = Gauge()
    for _ in range(5):
        gauge.says(2.0)
    assert gauge.person(3.5, sure=True) is GOOD
    assert {gauge.says(2.0 + 0.03 * (n % 3), after_min=5) for n in range(24)} == {JUMP}


def test_a_person_who_says_that_the_water_really_is_at_zero_is_believed() -> None:
    gauge = Gauge()
    gauge.says(3.0)
    assert gauge.says(0.0) is ZERO
    assert gauge.person(0.0) is GOOD
    assert gauge.says(0.0) is GOOD


def test_a_person_types_in_what_was_read_ten_minutes_ago() -> None:
    gauge = Gauge()
    for _ in range(30):
        gauge.says(2.0)
    ago = round(T0 + (gauge.minute - 10) * MINUTE_MS)
    assert gauge.told(Fact(2.1, ago, Source.HAND)).quality is GOOD
    assert gauge.told(Fact(2.1, ago - 60 * MINUTE_MS, Source.HAND)).quality is LATE


def test_a_doubt_that_another_gauge_confirms_becomes_the_truth() -> None:
    gauge = Gauge()
    gauge.says(1.0)
    gauge.says(5.0)
    gauge.state = confirm(gauge.state)
    assert gauge.says(5.05) is GOOD
    assert confirm(gauge.state) == gauge.state


def test_a_rain_counter_may_be_reset_and_may_not_leap() -> None:
    gauge = Gauge(limits=limits_of("rain_counter", (0, 1), None))
    assert [gauge.says(mm) for mm in (1250.5, 1251.0, 0.0, 0.5)] == [GOOD] * 4
    assert gauge.says(99_000.0) is JUMP


def test_what_nobody_knows_is_only_asked_to_be_a_number() -> None:
    gauge = Gauge(limits=limits_of("sluice_state", (0, 1), None))
    assert [gauge.says(value) for value in (1.0, 0.0, 0.0, 5000.0)] == [GOOD] * 4
    assert gauge.says(float("inf")) is Quality.OUT_OF_RANGE
