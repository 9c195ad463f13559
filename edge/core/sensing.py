"""Readings of rivers and rain, and the levels of a station (R9: levels are data)."""

from dataclasses import dataclass
from enum import StrEnum

from edge.core.moment import AtMs
from edge.core.place import StationId


class Quality(StrEnum):
    """Whether a reading may decide anything."""

    GOOD = "good"
    OUT_OF_RANGE = "out_of_range"
    JUMP = "jump"


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value. A bad one is kept and shown, but never decides alone."""

    station: StationId
    quantity: str
    value: float
    unit: str
    at_ms: AtMs
    quality: Quality


@dataclass(frozen=True, slots=True)
class FloodLevels:
    """Báo động 1, 2, 3 of one station in metres above ``datum``, with where they are written."""

    station: StationId
    name: str
    bao_dong_m: tuple[float, float, float]
    datum: str
    source: str
