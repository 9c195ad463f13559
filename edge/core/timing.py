"""How a node makes a wall clock of its steady one and of what a time server tells. Pure.

The steady clock is even but runs a little fast or slow (a crystal: up to 50 ppm) and knows no date. Samples of a server
give points of a line through both clocks; the fastest answers are the most exact ones (RFC 5905, chapter 10, clock
filter). The clock follows that line without a jump: what is wrong is made up for bit by bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.core.moment import ClockState

STEP_MS = 100.0
"""A larger error is corrected at once, if nothing sounds: to slew it would take minutes."""
SLEW_PER_S = 0.005
"""Half a percent: 10 ms in 2 s, and never backwards."""
SHORTEST_BASE_S = 15.0
"""From two points nearer to each other a rate would be mostly noise of the line."""
GOOD_BASE_S = 900.0
FASTEST_RATE = 500e-6
LOOSE_PPM, FINE_PPM = 100.0, 5.0
"""How far a crystal may go in ppm: as it comes, and after its rate was measured over GOOD_BASE_S."""
RTC_PPM = 5.0
"""DS3231: 2 ppm from 0 to 40 °C, 3.5 ppm beyond (data sheet, table 1), and aging."""
SYNCED_WITHIN_MS = 1_000.0
TRUSTED_WITHIN_MS = 120_000.0
"""A planned notice may be this late or early without harm; fourteen days without a box stay below it."""


@dataclass(frozen=True, slots=True)
class TimeSample:
    """A server said ``at_ms`` (UTC) when our steady clock was half way between asking and hearing."""

    steady: float
    at_ms: float
    delay_s: float


@dataclass(frozen=True, slots=True)
class Course:
    """The wall clock as a function of the steady one: a line from (``steady``, ``at_ms``) on.

    ``rate`` is its slope, 1.0 for a perfect crystal; ``slew_ms`` is added evenly within ``slew_s``.
    """

    steady: float
    at_ms: float
    rate: float = 1.0
    slew_ms: float = 0.0
    slew_s: float = 1.0

    def at(self, steady: float) -> float:
        """UTC milliseconds at this steady instant."""
        passed_s = steady - self.steady
        return self.at_ms + passed_s * 1000 * self.rate + self.slew_ms * min(1.0, max(0.0, passed_s / self.slew_s))

    def steady_of(self, at_ms: float) -> float:
        """The other way round; exact, because the clock never goes back."""
        end = self.steady + self.slew_s
        if self.slew_ms and self.at_ms <= at_ms < self.at(end):
            return self.steady + (at_ms - self.at_ms) / (1000 * self.rate + self.slew_ms / self.slew_s)
        slewed = self.slew_ms if at_ms >= self.at(end) else 0.0
        return self.steady + (at_ms - self.at_ms - slewed) / (1000 * self.rate)


def fastest(samples: Sequence[TimeSample]) -> TimeSample:
    """The sample whose answer waited least on its way; at least one is needed."""
    return min(samples, key=lambda sample: sample.delay_s)


def line_through(points: Sequence[TimeSample], known_rate: float = 1.0) -> Course:
    """The course through these points, newest last; ``known_rate`` serves while they lie too near to each other."""
    newest = points[-1]
    base_s = newest.steady - points[0].steady
    if len(points) < 3 or base_s < SHORTEST_BASE_S:
        return Course(newest.steady, newest.at_ms, known_rate)
    weights = [1.0 / (0.0005 + point.delay_s) for point in points]
    total = sum(weights)
    mean_s = sum(w * (p.steady - newest.steady) for w, p in zip(weights, points, strict=True)) / total
    wrong_ms = [p.at_ms - newest.at_ms - (p.steady - newest.steady) * 1000 for p in points]
    mean_ms = sum(w * wrong for w, wrong in zip(weights, wrong_ms, strict=True)) / total
    away_s = [p.steady - newest.steady - mean_s for p in points]
    above = sum(w * s * (wrong - mean_ms) for w, s, wrong in zip(weights, away_s, wrong_ms, strict=True))
    slope = above / sum(w * s * s for w, s in zip(weights, away_s, strict=True)) / 1000
    slope = min(max(slope, -FASTEST_RATE), FASTEST_RATE)
    return Course(newest.steady, newest.at_ms + mean_ms - slope * 1000 * mean_s, 1.0 + slope)


def corrected(now: Course, wanted: Course, steady: float, *, may_step: bool) -> Course:
    """The course from ``steady`` on that leads from one to the other: by a step, or evenly and never backwards."""
    wrong_ms = wanted.at(steady) - now.at(steady)
    if abs(wrong_ms) > STEP_MS and may_step:
        return Course(steady, wanted.at(steady), wanted.rate)
    slew_s = max(1.0, abs(wrong_ms) / 1000 / SLEW_PER_S)
    return Course(steady, now.at(steady), wanted.rate, wrong_ms, slew_s)


def error_ms(delay_s: float, age_s: float, base_s: float) -> float:
    """How wrong the clock may be at most, ``age_s`` after a sample and with a rate measured over ``base_s``."""
    ppm = FINE_PPM if base_s >= GOOD_BASE_S else LOOSE_PPM
    return delay_s * 500 + age_s * ppm / 1000


def trust(wrong_ms: float) -> ClockState:
    """What a clock that may be this wrong is good for."""
    if wrong_ms <= SYNCED_WITHIN_MS:
        return ClockState.SYNCED
    return ClockState.RTC if wrong_ms <= TRUSTED_WITHIN_MS else ClockState.FLOOR
