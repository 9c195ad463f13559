from hypothesis import given
from hypothesis import strategies as st

from edge.core.moment import ClockState
from edge.core.timing import (
    SLEW_PER_S,
    STEP_MS,
    Course,
    TimeSample,
    corrected,
    error_ms,
    fastest,
    line_through,
    trust,
)

DAY_S = 86_400.0


@given(st.floats(-500e-6, 500e-6), st.floats(-90, 90), st.floats(1, 60), st.floats(0, 3_600), st.floats(1e12, 2e12))
def test_an_instant_comes_back_through_the_course(
    rate: float, slew_ms: float, slew_s: float, passed_s: float, at_ms: float
) -> None:
    course = Course(1_000.0, at_ms, 1 + rate, slew_ms, max(slew_s, abs(slew_ms) / 1000 / SLEW_PER_S))
    steady = 1_000.0 + passed_s
    assert abs(course.steady_of(course.at(steady)) - steady) < 1e-5


@given(st.floats(-5_000, 5_000), st.floats(-100e-6, 100e-6), st.booleans())
def test_the_clock_never_goes_back_unless_it_may_step(wrong_ms: float, rate: float, may_step: bool) -> None:
    now = Course(0.0, 1e12, 1.0)
    course = corrected(now, Course(0.0, 1e12 + wrong_ms, 1 + rate), 10.0, may_step=may_step)
    stepped = may_step and abs(wrong_ms + rate * 1e4) > STEP_MS
    assert stepped or abs(course.at(10.0) - now.at(10.0)) < 1e-3
    told = [course.at(10.0 + second / 4) for second in range(4_000)]
    assert all(before < after for before, after in zip(told, told[1:], strict=False))


def test_what_is_wrong_is_made_up_for_and_then_over() -> None:
    wanted = Course(0.0, 1e12 + 40.0, 1.00002)
    course = corrected(Course(0.0, 1e12), wanted, 0.0, may_step=True)
    assert abs(course.at(8.0) - wanted.at(8.0)) < 1e-3
    assert abs(course.at(DAY_S) - wanted.at(DAY_S)) < 1e-3


def test_a_line_tells_how_fast_the_crystal_goes() -> None:
    points = [TimeSample(s, 1e12 + s * 1000 * 1.00005 + (0.2 if s % 16 else -0.2), 0.0004) for s in range(0, 900, 8)]
    course = line_through(points)
    assert abs(course.rate - 1.00005) < 1e-6
    assert abs(course.at(900.0) - (1e12 + 900_045.0)) < 0.2


def test_points_near_to_each_other_keep_the_known_rate() -> None:
    points = [TimeSample(0.0, 1e12, 0.001), TimeSample(2.0, 1e12 + 2_001, 0.001)]
    assert line_through(points, 1.00003) == Course(2.0, 1e12 + 2_001, 1.00003)


def test_the_fastest_answer_counts() -> None:
    slow, fast = TimeSample(1.0, 5.0, 0.2), TimeSample(2.0, 6.0, 0.001)
    assert fastest([slow, fast]) is fast


def test_trust_fades_with_the_age_of_the_last_word() -> None:
    def after(days: float, base_s: float) -> ClockState:
        return trust(error_ms(0.002, days * DAY_S, base_s))

    assert after(0.1, 0.0) is ClockState.SYNCED
    assert after(2.0, 2_000.0) is ClockState.SYNCED
    assert after(7.0, 0.0) is ClockState.RTC  # a week without any box: the plan still sounds
    assert after(14.0, 2_000.0) is ClockState.RTC
    assert after(20.0, 0.0) is ClockState.FLOOR
