"""A synthetic flood whose crossings are known beforehand, for machines where the real ones are absent."""

import csv
import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path

from hil.hydrograph import Hydrograph
from hil.known_river import BEGIN

STEP_MIN = 10
DAYS = 12
SEED = 4
RIPPLE_M = 0.03
"""Waves on the water: less than the hysteresis, enough to touch a level many times."""


@dataclass(frozen=True, slots=True)
class Flood:
    """When its wave begins, and its shape."""

    hours: float
    shape: Hydrograph


FLOODS = (Flood(30, Hydrograph(base_m=0.6, peak_m=1.1)), Flood(120, Hydrograph(base_m=0.6, peak_m=2.6, rise_h=7)))
"""The first stays between báo động 1 and 2 of ``LEVELS_M`` (hil/known_river.py); the second passes all three."""


def write(path: Path, station: str) -> None:
    """The file: level every ten minutes with a ripple, and rain every hour."""
    chance = random.Random(SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["time", "station", "quantity", "value", "unit"])
        for number in range(DAYS * 24 * 60 // STEP_MIN):
            hours = number * STEP_MIN / 60
            at = f"{BEGIN + dt.timedelta(hours=hours):%Y-%m-%dT%H:%M}"
            out.writerow([at, station, "level", f"{_level(hours) + chance.uniform(-RIPPLE_M, RIPPLE_M):.2f}", "m"])
            if number % (60 // STEP_MIN) == 0:
                out.writerow([at, station, "rain", f"{chance.choice((0.0, 0.2, 1.4, 6.0)):.1f}", "mm"])


def _level(hours: float) -> float:
    """Each wave on the same base."""
    return FLOODS[0].shape.level_m(hours, None) + sum(flood.shape.wave_m(hours - flood.hours) for flood in FLOODS)
