"""What the stations of a simulated province measure, and how they lie when they are told to."""

import json
import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from edge.core.local_time import local
from edge.core.moment import AtMs
from hil.hydrograph import TIDE_H, Hydrograph

KEPT = 48
"""Rows of each station that the tables show."""
YEAR_MS = 365 * 24 * 3_600_000
SPIKE = 7.5
LAG_H = 4.0
"""So much later the wave is at the commune than at the station upstream."""


class Ill(StrEnum):
    """What is wrong with a station."""

    NONE = "none"
    STUCK = "stuck"
    SPIKE = "spike"
    ZERO = "zero"
    CLOCK = "clock"
    GONE = "gone"


UNITS = {
    "level": "m",
    "rain": "mm",
    "wind": "m/s",
    "salinity": "g/l",
    "water_temp": "°C",
    "pump": "0/1",
    "sluice": "0/1",
    "battery": "V",
}
Measure = Callable[[float, float | None], float]
"""The value at this hour of the river's time; the second is the age of its flood in hours."""


@dataclass(frozen=True, slots=True)
class Row:
    """All that one station measured at one moment (UTC ms by its own clock)."""

    at_ms: int
    values: Mapping[str, float]


@dataclass(slots=True)
class SimStation:
    """One station: its measures, its last rows, and what is wrong with it."""

    id: str
    name: str
    measures: Mapping[str, Measure]
    ill: Ill = Ill.NONE
    rows: deque[Row] = field(default_factory=lambda: deque(maxlen=KEPT))

    def measure(self, at_ms: int, hours: float, flood_h: float | None) -> None:
        """One more row, as far as the station works."""
        values = {quantity: round(measure(hours, flood_h), 3) for quantity, measure in self.measures.items()}
        row = self._spoilt(Row(at_ms, values))
        if row is not None:
            self.rows.append(row)

    def _spoilt(self, row: Row) -> Row | None:
        """Faults of a sensor show in its first quantity."""
        first = next(iter(row.values))
        match self.ill:
            case Ill.GONE:
                return None
            case Ill.CLOCK:
                return replace(row, at_ms=row.at_ms - YEAR_MS)
            case Ill.STUCK if self.rows:
                return replace(row, values=self.rows[-1].values)
            case Ill.SPIKE:
                return replace(row, values={**row.values, first: row.values[first] + SPIKE})
            case Ill.ZERO:
                return replace(row, values={**row.values, first: 0.0})
        return row


def usual_stations() -> tuple[SimStation, ...]:
    """Upstream, at the commune, and at the sea."""
    river = Hydrograph(base_m=0.62, peak_m=4.0)
    upstream = Hydrograph(base_m=4.1, tide_m=0.0, peak_m=5.0)

    def at_commune(hours: float, flood_h: float | None) -> float:
        return river.level_m(hours, None if flood_h is None else flood_h - LAG_H)

    def rain(_hours: float, flood_h: float | None) -> float:
        return 0.0 if flood_h is None or not 0 <= flood_h <= 12 else 18.0 * math.sin(math.pi * flood_h / 12)

    def salinity(hours: float, _flood_h: float | None) -> float:
        return 2.0 + 1.5 * math.sin(2 * math.pi * hours / TIDE_H)

    return (
        SimStation("thuong-nguon", "Thượng nguồn", {"level": upstream.level_m, "rain": rain}),
        SimStation(
            "cau-doai",
            "Cầu Đoài",
            {"level": at_commune, "rain": rain, "wind": lambda _h, f: 4.0 if f is None else 14.0},
        ),
        SimStation(
            "cong-bien",
            "Cống Biển",
            {
                "level": Hydrograph(base_m=0.2, tide_m=0.9, peak_m=0.8).level_m,
                "salinity": salinity,
                "water_temp": lambda _h, _f: 26.5,
                "pump": lambda _h, f: float(f is not None),
                "sluice": lambda _h, f: float(f is None),
                "battery": lambda _h, _f: 12.6,
            },
        ),
    )


def as_json(stations: Sequence[SimStation], at_ms: int) -> bytes:
    """The last row of each station, one object a station."""
    rows = [
        {"id": one.id, "name": one.name, "time": _written(row.at_ms), "values": dict(row.values)}
        for one in stations
        for row in list(one.rows)[-1:]
    ]
    document = {"updated": _written(at_ms), "data": {"stations": rows}}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def as_csv(stations: Sequence[SimStation]) -> bytes:
    """All rows that are kept, one line a value: the columns that `molang flood replay` reads."""
    lines = ["time,station,quantity,value,unit", *(line for one in stations for line in _lines(one))]
    return ("\n".join(lines) + "\n").encode()


def _lines(station: SimStation) -> Iterator[str]:
    for row in station.rows:
        for quantity, value in row.values.items():
            yield f"{_written(row.at_ms)},{station.id},{quantity},{value},{UNITS[quantity]}"


def _written(at_ms: int) -> str:
    return local(AtMs(at_ms)).isoformat(timespec="milliseconds")
