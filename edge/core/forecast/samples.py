"""Moments of issue in a record, and what came of them: only from readings that had arrived by then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from edge.core.forecast.features import LOOK_BACK_H, features
from edge.core.forecast.history import HOUR_MS, History, Point, Series

LOOK_BACK_MS = LOOK_BACK_H * HOUR_MS

TOLERANCE = 1 / 6
"""A reading counts as the outcome when it is this share of the horizon early or late: 30 minutes at three hours."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A moment of issue: the newest reading, and the features as they stood when it arrived."""

    issued_ms: int
    point: Point
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the sample of this number: the level changed by ``change_m`` in ``hours``, known at ``known_ms``."""

    sample: int
    known_ms: int
    change_m: float
    hours: float

    def over(self, horizon_h: float) -> float:
        """The change as it would have been over exactly the horizon, had the river gone on evenly."""
        return self.change_m * horizon_h / self.hours


def samples(history: History, release_lag_h: float, horizon_h: float, most: int | None = None) -> Iterator[Sample]:
    """Level readings as moments of issue (the ``most`` newest), each with what was known when it arrived.

    A late one that a newer one had overtaken issues nothing.
    """
    for point in history.level.points[-most if most else None :]:
        issued_ms = point.known_ms
        known = history.known(issued_ms, LOOK_BACK_MS)
        if len(known.level.points) > 1 and known.level.last is point:
            yield Sample(issued_ms, point, features(known, release_lag_h, horizon_h))


def outcomes(level: Series, taken: Sequence[Sample], horizon_h: float) -> list[Outcome]:
    """What came of the samples, in the order in which it became known: the true reading nearest to the horizon."""
    slack_ms = TOLERANCE * horizon_h * HOUR_MS
    found = []
    for number, sample in enumerate(taken):
        due_ms = sample.point.at_ms + horizon_h * HOUR_MS
        came = level.nearest(due_ms, slack_ms)
        if came:
            found.append(_outcome(number, sample.point, came))
    return sorted(found, key=lambda outcome: outcome.known_ms)


def _outcome(number: int, start: Point, end: Point) -> Outcome:
    return Outcome(number, end.known_ms, end.value - start.value, (end.at_ms - start.at_ms) / HOUR_MS)
