"""Places on the map and lines of a chart, as numbers for SVG. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.hub.pages.communes import Commune

MAP_WIDTH, MAP_HEIGHT, MAP_MARGIN = 800.0, 560.0, 44.0
CHART_WIDTH, CHART_HEIGHT = 760.0, 240.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 70.0, 12.0, 26.0
HOUR_MS = 3_600_000
GAP_MS = 3 * HOUR_MS
"""A longer pause between two points is no line: nobody measured there."""


@dataclass(frozen=True, slots=True)
class Place:
    """A commune on the map: where its mark stands, and its border as SVG points (empty: none)."""

    commune: Commune
    x: float
    y: float
    outline: str


def places_of(communes: Sequence[Commune]) -> tuple[Place, ...]:
    """All communes in one picture, north up; a degree of longitude is as short as it is at their latitude."""
    corners = [(one.lat, one.lon) for one in communes]
    corners += [corner for one in communes for corner in one.outline]
    if not corners:
        return ()
    shrink = math.cos(math.radians(sum(lat for lat, _ in corners) / len(corners)))
    flat = [(lon * shrink, -lat) for lat, lon in corners]
    left, top = min(x for x, _ in flat), min(y for _, y in flat)
    wide, high = max(x for x, _ in flat) - left, max(y for _, y in flat) - top
    scale = min(
        (MAP_WIDTH - 2 * MAP_MARGIN) / wide if wide else math.inf,
        (MAP_HEIGHT - 2 * MAP_MARGIN) / high if high else math.inf,
    )
    scale = 1.0 if math.isinf(scale) else scale
    in_x, in_y = (MAP_WIDTH - wide * scale) / 2, (MAP_HEIGHT - high * scale) / 2

    def at(lat: float, lon: float) -> tuple[float, float]:
        return round((lon * shrink - left) * scale + in_x, 1), round((-lat - top) * scale + in_y, 1)

    return tuple(Place(one, *at(one.lat, one.lon), _points(at(*corner) for corner in one.outline)) for one in communes)


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line of a chart; ``level`` is a báo động, 0 a line of the grid."""

    y: float
    label: str
    level: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A time under a chart."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A river's last days: its traces (more than one where nobody measured between), its rules and its times."""

    traces: tuple[str, ...]
    rules: tuple[Rule, ...]
    ticks: tuple[Tick, ...]
    last: tuple[float, float]
    words: str


def chart_of(points: Sequence[tuple[int, float]], levels: Sequence[float], now_ms: int, span_ms: int) -> Chart | None:
    """The points of the last ``span_ms``; None while there are not two."""
    begin_ms = now_ms - span_ms
    shown = [(at_ms, value) for at_ms, value in points if begin_ms <= at_ms <= now_ms]
    if len(shown) < 2:
        return None
    values = [value for _, value in shown]
    low, high = _room_for([*values, *(one for one in levels if one <= max(values) + _reach(values))])

    def x(at_ms: int) -> float:
        return round(_LEFT + (at_ms - begin_ms) / span_ms * (CHART_WIDTH - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        return round(_TOP + (high - value) / (high - low) * (CHART_HEIGHT - _TOP - _BOTTOM), 1)

    grid = [Rule(y(value), f"{value:.1f}".replace(".", ","), 0) for value in _steps(low, high)]
    marks = [Rule(y(value), f"BĐ {number}", number) for number, value in enumerate(levels, 1) if low <= value <= high]
    ends = f"từ {values[0]:.2f} đến {values[-1]:.2f}, cao nhất {max(values):.2f}".replace(".", ",")
    return Chart(
        traces=tuple(_points((x(at_ms), y(value)) for at_ms, value in part) for part in _parts(shown)),
        rules=(*grid, *marks),
        ticks=tuple(Tick(x(at_ms), label) for at_ms, label in _times(begin_ms, now_ms)),
        last=(x(shown[-1][0]), y(values[-1])),
        words=f"Mực nước {ends} m.",
    )


def _reach(values: Sequence[float]) -> float:
    """So far above the water a level is still drawn: it tells how much is left."""
    return max(1.5, (max(values) - min(values)) * 1.5)


def _room_for(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = max((high - low) * 0.08, 0.05)
    return low - margin, high + margin


def _steps(low: float, high: float) -> Iterable[float]:
    size = 10 ** math.floor(math.log10((high - low) / 2))
    step = next(size * factor for factor in (1, 2, 5, 10) if (high - low) / (size * factor) <= 5)
    first = math.ceil(low / step)
    return (round(number * step, 6) for number in range(first, math.floor(high / step) + 1))


def _times(begin_ms: int, end_ms: int) -> Iterable[tuple[int, str]]:
    hours = next(hours for hours in (1, 2, 3, 6, 12, 24, 48) if (end_ms - begin_ms) / HOUR_MS / hours <= 8)
    offset_ms = round(local(AtMs(begin_ms)).utcoffset().total_seconds() * 1000)  # type: ignore[union-attr]  # Vietnam's
    step_ms = hours * HOUR_MS
    first_ms = -(-(begin_ms + offset_ms) // step_ms) * step_ms - offset_ms
    for at_ms in range(first_ms, end_ms + 1, step_ms):
        here = local(AtMs(at_ms))
        yield at_ms, here.strftime("%d/%m") if here.hour == 0 else here.strftime("%Hh")


def _parts(points: Sequence[tuple[int, float]]) -> Iterable[Sequence[tuple[int, float]]]:
    part = [points[0]]
    for before, point in zip(points, points[1:], strict=False):
        if point[0] - before[0] > GAP_MS:
            yield part
            part = []
        part.append(point)
    yield part


def _points(corners: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in corners)
