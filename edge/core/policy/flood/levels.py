"""Which báo động stands at a station: up at once, down only when it is clear and has lasted a little.

A level is reached at the first good reading that is not below it, and left at the first one that is more than
``HYSTERESIS_M`` below it: a wave on the water does not ring twice. A level that was reached just now is not left within
``DWELL_MS``, whatever a broken sensor says; the next reading after that decides. Rising is never held back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from edge.core.moment import AtMs
from edge.core.sensing import LEVEL, Quality, Reading

HYSTERESIS_M = 0.10
DWELL_MS = 10 * 60_000
"""No river of this country falls by more than the hysteresis within ten minutes of its rise; a sensor does."""


class Direction(StrEnum):
    """Which way the water went through a level."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Crossing:
    """The water went through báo động ``level`` (1 is the lowest), which stands at ``threshold_m``, at this reading."""

    level: int
    direction: Direction
    threshold_m: float
    value: float
    at_ms: AtMs


@dataclass(frozen=True, slots=True)
class Standing:
    """The level that stands (0: below the first), since when, and the last good reading that was looked at."""

    level: int = 0
    since_ms: AtMs = AtMs(0)
    read_ms: AtMs = AtMs(-1)
    value: float | None = None


def follow(
    standing: Standing, reading: Reading, thresholds: Sequence[float], dwell_ms: int = DWELL_MS
) -> tuple[Standing, tuple[Crossing, ...]]:
    """What stands after this reading, and every level that it crossed, in the order in which the water met them.

    ``thresholds`` rise. A bad reading, one of another quantity and one that is not newer decide nothing.
    """
    if reading.quality is not Quality.GOOD or reading.quantity != LEVEL or _is_known(standing, reading):
        return standing, ()
    seen = replace(standing, read_ms=reading.at_ms, value=reading.value)
    after = _after(standing, reading, thresholds, dwell_ms)
    if after == standing.level:
        return seen, ()
    return replace(seen, level=after, since_ms=reading.at_ms), _crossed(standing.level, after, reading, thresholds)


def _is_known(standing: Standing, reading: Reading) -> bool:
    """Older, or the same once more; of one instant a person may say something else than the gauge."""
    same = reading.at_ms == standing.read_ms and reading.value == standing.value
    return same or reading.at_ms < standing.read_ms


def _after(standing: Standing, reading: Reading, thresholds: Sequence[float], dwell_ms: int) -> int:
    risen = _reached(reading.value, thresholds)
    if risen >= standing.level:
        return risen
    if reading.at_ms - standing.since_ms < dwell_ms:
        return standing.level
    return min(standing.level, _reached(reading.value, [threshold - HYSTERESIS_M for threshold in thresholds]))


def _reached(value: float, thresholds: Iterable[float]) -> int:
    return sum(reaches(value, threshold) for threshold in thresholds)


def reaches(value: float, threshold: float) -> bool:
    """In whole millimetres: 2.10 m is not below 2.20 m minus 0.10 m, whatever binary fractions say."""
    return _mm(value) >= _mm(threshold)


def _mm(metres: float) -> int:
    return round(metres * 1000)


def _crossed(before: int, after: int, reading: Reading, thresholds: Sequence[float]) -> tuple[Crossing, ...]:
    up = after > before
    numbers = range(before + 1, after + 1) if up else range(before, after, -1)
    way = Direction.UP if up else Direction.DOWN
    return tuple(Crossing(number, way, thresholds[number - 1], reading.value, reading.at_ms) for number in numbers)
