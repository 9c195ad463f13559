"""Records as rows of (time, station, quantity, value): the history of one station out of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.core.forecast.history import History, Point, Release, Series, series


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a record: level in m, rain in mm, release_planned in m³/s from this time on. ``at_ms`` is UTC."""

    at_ms: int
    station: str
    quantity: str
    value: float


RELEASE = "release_planned"


def history_of(rows: Iterable[Row], station: str, upstream: str) -> History:
    """What concerns this station. Rain is that of the station upstream, where there is none that of the station itself.

    A record does not say when a release was announced: it is taken as known from its own time on.
    """
    mine: dict[tuple[str, str], list[Point]] = {}
    releases = []
    for row in rows:
        if row.quantity == RELEASE:
            releases.append(Release(row.at_ms, row.at_ms, row.value))
        else:
            mine.setdefault((row.station, row.quantity), []).append(Point(row.at_ms, row.value))
    rain = mine.get((upstream, "rain")) or mine.get((station, "rain"), [])
    above = series(mine.get((upstream, "level"), [])) if upstream != station else Series()
    return History(series(mine.get((station, "level"), [])), above, series(rain), tuple(releases))
