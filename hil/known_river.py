"""A synthetic river of several stations whose every crossing is known: rain, a wave, storage, tide, a release.

It stands in for real floods where there are none, and the forecast that is shipped learned from it. Of no real place.
"""

import datetime as dt
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hil.hydrograph import TIDE_H, gamma

BEGIN = dt.datetime(2026, 10, 1)  # noqa: DTZ001 - a file of readings has local times without a zone
STEP_H = 0.25
STATION, UPSTREAM, MOUTH, RESERVOIR = "song_minh", "nguon_minh", "cua_minh", "ho_minh"
LEVELS_M = (1.2, 2.2, 2.7)
M3S_PER_UNIT = 400.0
"""One unit of the model's inflow as discharge."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """A storm: when its rain begins, how strong it is, how long until the flow peaks."""

    hours: float
    size: float
    rise_h: float


@dataclass(frozen=True, slots=True)
class Opening:
    """A reservoir lets more go from this hour on (in units of the inflow), for so long."""

    hours: float
    size: float
    lasts_h: float


@dataclass(frozen=True, slots=True)
class River:
    """A river and its weather. ``storage_h``: how slowly the plain fills; ``lag_h``: from upstream to the station."""

    seed: int = 1
    hours: float = 300.0
    pulses: tuple[Pulse, ...] = (Pulse(60, 0.8, 8), Pulse(100, 1.6, 10), Pulse(122, 1.0, 9))
    openings: tuple[Opening, ...] = (Opening(116, 0.5, 18),)
    lag_h: float = 3.0
    storage_h: float = 18.0
    peak_m: float = 3.8
    tide_m: float = 0.05
    noise_m: float = 0.006


@dataclass(frozen=True, slots=True)
class Crossing:
    """The level crossed a mark at this hour; ``up`` or down."""

    station: str
    hours: float
    level_m: float
    up: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """What the river did, every quarter of an hour, before anybody read a gauge."""

    river: River
    levels_m: dict[str, list[float]]
    rain_mm_h: list[float]

    def crossings(self, station: str, marks_m: Sequence[float] = LEVELS_M) -> list[Crossing]:
        """Each crossing, on the line between two quarters."""
        level = self.levels_m[station]
        found = [
            Crossing(station, (k + (mark - one) / (other - one)) * STEP_H, mark, other > one)
            for k, (one, other) in enumerate(zip(level, level[1:], strict=False))
            for mark in marks_m
            if (one < mark) != (other < mark)
        ]
        return sorted(found, key=lambda crossing: crossing.hours)

    def at(self, station: str, hours: float) -> float:
        """The level at this hour."""
        return self.levels_m[station][int(hours / STEP_H)]


def river_of(seed: int, release: bool = False) -> River:
    """A river drawn by chance: slow and quick ones, one storm or seven, with a tide or without."""
    chance = random.Random(seed)
    hours = 24 * chance.uniform(11, 21)
    pulses = tuple(
        Pulse(chance.uniform(40, hours - 70), chance.lognormvariate(0, 0.6), chance.uniform(4, 18))
        for _ in range(chance.randint(1, 7))
    )
    opening = Opening(pulses[0].hours + chance.uniform(-10, 20), chance.uniform(0.2, 0.8), chance.uniform(8, 30))
    return River(
        seed,
        hours,
        pulses,
        (opening,) if release else (),
        lag_h=chance.uniform(1, 6),
        storage_h=chance.uniform(6, 50),
        peak_m=chance.uniform(2.4, 5.5),
        tide_m=chance.uniform(0, 0.1),
        noise_m=chance.uniform(0.002, 0.012),
    )


def flow(river: River) -> Truth:
    """Run the river: gamma waves upstream, a lag, one store that fills and empties, a tide on top."""
    hours = [k * STEP_H for k in range(int(river.hours / STEP_H))]
    storms = [0.05 + sum(_wave(pulse, hour) for pulse in river.pulses) for hour in hours]
    above = [storm + _opened(river, hour) for storm, hour in zip(storms, hours, strict=True)]
    stored, plain = 0.0, []
    late = int(river.lag_h / STEP_H)
    for k in range(len(hours)):
        stored += STEP_H * (above[max(0, k - late)] - stored) / river.storage_h
        plain.append(stored**0.8)
    scale = river.peak_m / max(plain)
    tide = [math.sin(2 * math.pi * (hour + river.seed) / TIDE_H) for hour in hours]
    levels = {
        STATION: [scale * value + river.tide_m * wave for value, wave in zip(plain, tide, strict=True)],
        UPSTREAM: [7 + 2.2 * value**0.6 for value in above],
        MOUTH: [0.1 + 0.6 * wave for wave in tide],
    }
    return Truth(river, levels, [sum(_rain(pulse, hour) for pulse in river.pulses) for hour in hours])


def rows(truth: Truth) -> Iterator[tuple[str, str, str, str, str]]:
    """What people and gauges wrote down, in order of time: (time, station, quantity, value, unit), values as text.

    Levels every six hours on a quiet river, every three when it moves, every hour in a flood; rain every hour.
    """
    chance = random.Random(truth.river.seed)
    due = dict.fromkeys(truth.levels_m, 0)
    openings = sorted((round(opening.hours), opening) for opening in truth.river.openings)
    for hour in range(int(truth.river.hours) - 1):
        at = f"{BEGIN + dt.timedelta(hours=hour):%Y-%m-%dT%H:%M}"
        for station in truth.levels_m:
            if hour >= due[station]:
                value = truth.at(station, hour) + chance.gauss(0, truth.river.noise_m)
                due[station] = hour + _pause_h(truth, station, hour)
                yield at, station, "level", f"{value:.2f}", "m"
        rain = truth.rain_mm_h[int(hour / STEP_H)] * max(0.0, chance.gauss(1, 0.4))
        yield at, UPSTREAM, "rain", f"{rain:.1f}", "mm"
        yield from _announced(openings, hour, at)


def _announced(openings: Sequence[tuple[int, Opening]], hour: int, at: str) -> Iterator[tuple[str, str, str, str, str]]:
    for start, opening in openings:
        if hour == start:
            yield at, RESERVOIR, "release_planned", f"{opening.size * M3S_PER_UNIT:.0f}", "m3/s"
        if hour == start + round(opening.lasts_h):
            yield at, RESERVOIR, "release_planned", "0", "m3/s"


def _pause_h(truth: Truth, station: str, hour: int) -> int:
    end = len(truth.levels_m[station]) * STEP_H - STEP_H
    rate = abs(truth.at(station, min(hour + 3, end)) - truth.at(station, max(hour - 3, 0))) / 6
    quick = 0.02 if station == STATION else 0.04
    return 1 if rate > quick or station == MOUTH else 3 if rate > quick / 4 else 6


def _wave(pulse: Pulse, hour: float) -> float:
    return pulse.size * gamma(hour - pulse.hours, pulse.rise_h)


def _rain(pulse: Pulse, hour: float) -> float:
    away = (hour - pulse.hours - 0.3 * pulse.rise_h) / (0.5 * pulse.rise_h)
    return 60 * pulse.size / pulse.rise_h * math.exp(-(away**2))


def _opened(river: River, hour: float) -> float:
    """A gate is opened within an hour."""
    return sum(
        opening.size * min(1.0, max(0.0, hour - opening.hours)) * (hour < opening.hours + opening.lasts_h)
        for opening in river.openings
    )
