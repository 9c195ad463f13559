"""A chart as lines, areas and words, laid out once: the page draws it as SVG, the paper in its own way."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from edge.core.decimals import decimal
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.report.document import Chart
from edge.core.report.period import DAY_MS

WIDE, HIGH = 760.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 48.0, 12.0, 24.0
TEXT_PT = 11.0
TICKS_Y = 4
FINEST = 0.01
"""No gauge measures finer than a centimetre."""
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Line:
    """Through these points. ``role`` says what it is: grid, trace, level-1 … level-3."""

    role: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Area:
    """Filled. ``role``: water or bar."""

    role: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Text at its base line; ``anchor`` is start, middle or end."""

    role: str
    x: float
    y: float
    text: str
    anchor: str = "start"


Shape = Line | Area | Words


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a value of the chart lies in the drawing; y grows downwards."""

    since_ms: int
    until_ms: int
    low: float
    high: float

    def x(self, at_ms: float) -> float:
        """Of an instant."""
        share = (at_ms - self.since_ms) / max(1, self.until_ms - self.since_ms)
        return round(LEFT + min(1.0, max(0.0, share)) * (WIDE - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        """Of a height."""
        return round(HIGH - BOTTOM - (value - self.low) / (self.high - self.low) * (HIGH - TOP - BOTTOM), 1)


def drawn(chart: Chart) -> tuple[Shape, ...]:
    """The whole chart in a field of WIDE by HIGH, what lies behind first."""
    step, scale = _scale(chart)
    return (
        *_heights(scale, step),
        *_times(chart, scale),
        *(_bars(chart, scale) if chart.bar_ms else _trace(chart, scale)),
        *_levels(chart, scale),
    )


def _scale(chart: Chart) -> tuple[float, Scale]:
    values = [value for _, value in chart.points] or [0.0]
    top = max(values)
    low = 0.0 if chart.bar_ms else min(values)
    levels = [height for _, height in chart.levels if height <= top + max(1.0, top - low)]
    top = max([top, low, *levels])
    step = _nice(max((top - low) / TICKS_Y, FINEST))
    first = floor(low / step) * step
    last = max(ceil(top / step) * step, first + step)
    return step, Scale(chart.since_ms, chart.until_ms, first, last)


def _nice(step: float) -> float:
    """1, 2 or 5 of a power of ten, not smaller."""
    power = 10.0 ** floor(log10(step))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= step * 0.999)


def _heights(scale: Scale, step: float) -> Iterator[Shape]:
    digits = 0 if step >= 1 else 1 if step >= 0.1 else 2
    for number in range(round((scale.high - scale.low) / step) + 1):
        value = scale.low + number * step
        y = scale.y(value)
        yield Line("grid", ((LEFT, y), (WIDE - RIGHT, y)))
        yield Words("scale", LEFT - 6, y + 4, decimal(value, digits), "end")


def _times(chart: Chart, scale: Scale) -> Iterator[Shape]:
    span_ms = chart.until_ms - chart.since_ms
    step_ms = 3 * HOUR_MS if span_ms <= 2 * DAY_MS else DAY_MS if span_ms <= 8 * DAY_MS else 3 * DAY_MS
    for at_ms in range(chart.since_ms, chart.until_ms + 1, step_ms):
        x = scale.x(at_ms)
        yield Line("grid", ((x, HIGH - BOTTOM), (x, HIGH - BOTTOM + 4)))
        yield Words("scale", x, HIGH - 6, _when(local(AtMs(at_ms)), step_ms, at_ms == chart.until_ms), "middle")


def _when(at: dt.datetime, step_ms: int, last: bool) -> str:
    if step_ms >= DAY_MS:
        return f"{at:%d/%m}"
    return "24h" if last and at.hour == 0 else f"{at.hour}h"


def _bars(chart: Chart, scale: Scale) -> Iterator[Shape]:
    for at_ms, value in chart.points:
        if value > 0:
            left, right = scale.x(at_ms), scale.x(at_ms + chart.bar_ms)
            gap = min(1.5, (right - left) / 6)
            foot, head = scale.y(0), scale.y(value)
            yield Area("bar", ((left + gap, foot), (left + gap, head), (right - gap, head), (right - gap, foot)))


def _trace(chart: Chart, scale: Scale) -> Iterator[Shape]:
    for piece in _unbroken(chart.points, chart.gap_ms):
        line = tuple((scale.x(at_ms), scale.y(value)) for at_ms, value in piece)
        foot = HIGH - BOTTOM
        yield Area("water", ((line[0][0], foot), *line, (line[-1][0], foot)))
        yield Line("trace", line if len(line) > 1 else ((line[0][0] - 1, line[0][1]), (line[0][0] + 1, line[0][1])))


def _unbroken(points: Sequence[tuple[int, float]], gap_ms: int) -> Iterator[list[tuple[int, float]]]:
    piece: list[tuple[int, float]] = []
    for point in points:
        if piece and gap_ms and point[0] - piece[-1][0] > gap_ms:
            yield piece
            piece = []
        piece.append(point)
    if piece:
        yield piece


def _levels(chart: Chart, scale: Scale) -> Iterator[Shape]:
    for number, (name, height) in enumerate(chart.levels, 1):
        if scale.low <= height <= scale.high:
            y = scale.y(height)
            yield Line(f"level-{number}", ((LEFT, y), (WIDE - RIGHT, y)))
            yield Words(f"level-{number}", WIDE - RIGHT + 6, y + 4, name)
