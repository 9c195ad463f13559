"""What is known of each station while the box runs; after a restart it is made again from the store."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace

from edge.config.schema import Feed, Gauge
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.place import StationId
from edge.core.policy.flood.limits import HOUR_MS, Limits, limits_of
from edge.core.policy.flood.quality import Fact, Judged, State, confirm, judge
from edge.core.policy.flood.rain import AMOUNT, COUNTER, Fallen, accumulate, spells
from edge.core.policy.flood.trust import fresh_ms
from edge.core.policy.flood.vote import STILL_MS, Voice
from edge.core.sensing import Quality, Reading, Source

MOST_KNOWN = 500
"""Readings of one quantity that are remembered, so that a feed that repeats its last days asks the store for few."""
RAIN_MS = 25 * HOUR_MS
LEAPS = (Quality.JUMP, Quality.ZERO)
_PASSED_BY = (Quality.LATE, Quality.CLOCK, Quality.OUT_OF_RANGE)
"""Readings that changed nothing of what is known."""


@dataclass(slots=True)
class Series:
    """One quantity of one station."""

    limits: Limits
    state: State = State()
    known: OrderedDict[tuple[int, float], None] = field(default_factory=OrderedDict)
    rain: deque[tuple[int, float]] = field(default_factory=deque)
    last: Reading | None = None

    def judge(self, fact: Fact, now: Moment) -> tuple[State, Judged]:
        """What a reading is worth; nothing is remembered of it yet."""
        state, judged = judge(self.state, fact, self.limits, now)
        told_again = fact.at_ms is not None and (fact.at_ms, fact.value) in self.known
        return (self.state, replace(judged, duplicate=True)) if told_again else (state, judged)

    def remember(self, state: State, reading: Reading, told_at_ms: int | None) -> None:
        """It is stored."""
        self.state = state
        self.known[(reading.at_ms if told_at_ms is None else told_at_ms, reading.value)] = None
        while len(self.known) > MOST_KNOWN:
            self.known.popitem(last=False)
        if self.last is None or reading.at_ms >= self.last.at_ms:
            self.last = reading
        if reading.quality is Quality.GOOD and reading.quantity in (COUNTER, AMOUNT):
            self._rained(reading)

    def fallen(self, now_ms: int, warning_mm: tuple[float, ...] | None) -> tuple[Fallen, ...]:
        """Rain of the last hours; nothing for what is no rain."""
        if self.last is None or self.last.quantity not in (COUNTER, AMOUNT):
            return ()
        return accumulate(spells(self.last.quantity, tuple(self.rain)), now_ms, warning_mm)

    def resume(self, readings: list[Reading]) -> None:
        """Judge again what is stored, oldest first; what a second gauge or a person confirmed then is true now."""
        for reading in readings:
            state = self.state
            if reading.quality not in _PASSED_BY:
                fact = Fact(reading.value, reading.at_ms, reading.source, sure=True)
                now = Moment(AtMs(max(reading.at_ms, reading.came_at_ms)), Steady(0.0), ClockState.RTC)
                state, judged = judge(self.state, fact, self.limits, now)
                if judged.quality in LEAPS and reading.quality not in LEAPS:
                    state = confirm(state)
            self.remember(state, reading, None)

    def _rained(self, reading: Reading) -> None:
        if self.rain and reading.at_ms <= self.rain[-1][0]:
            return
        self.rain.append((reading.at_ms, reading.value))
        while self.rain[0][0] < reading.at_ms - RAIN_MS:
            self.rain.popleft()


class Spot:
    """One station, with each quantity that it measures."""

    def __init__(self, gauge: Gauge, feed: Feed | None) -> None:
        self.gauge = gauge
        self.id = StationId(gauge.id)
        self.source = Source(feed.source) if feed else Source.GAUGE
        self.fresh_ms = fresh_ms(self.source, feed.period_s if feed else gauge.period_s)
        self.series: dict[str, Series] = {}
        self.voice: Voice | None = None
        self._heard_steady = 0.0

    def of(self, quantity: str) -> Series:
        """The series of a quantity, made when it is first measured."""
        if quantity not in self.series:
            lively = self.gauge.bao_dong_m[0] if self.gauge.bao_dong_m else None
            self.series[quantity] = Series(limits_of(quantity, self.gauge.range_m, lively))
        return self.series[quantity]

    def hear(self, voice: Voice, steady: float) -> None:
        """What its device said last of the level, for the other gauge of the place."""
        self.voice = voice
        self._heard_steady = steady

    def voice_at(self, steady: float) -> Voice | None:
        """Its voice now: a silent gauge has none."""
        voice = self.voice
        if voice is None:
            return None
        return replace(voice, fresh=(steady - self._heard_steady) * 1000 <= self.fresh_ms)


def voice_of(value: float, judged: Judged) -> Voice:
    """A reading just taken as a voice of its place."""
    return Voice(value, judged.at_ms, judged.quality, judged.still_ms >= STILL_MS)
