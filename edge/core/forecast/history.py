"""What was known of a river at a moment: irregular readings, in order, and when each of them arrived."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

HOUR_MS = 3_600_000

AT = attrgetter("at_ms")


@dataclass(frozen=True, slots=True)
class Point:
    """One good reading: its value, when it was measured, and when it arrived (None: at once)."""

    at_ms: int
    value: float
    arrived_ms: int | None = None

    @property
    def known_ms(self) -> int:
        """From when on it was known."""
        return self.at_ms if self.arrived_ms is None else max(self.at_ms, self.arrived_ms)


@dataclass(frozen=True, slots=True)
class Release:
    """An announcement: from ``from_ms`` on a reservoir lets ``discharge_m3s`` go; it was known from ``known_ms`` on."""

    known_ms: int
    from_ms: int
    discharge_m3s: float


@dataclass(frozen=True)
class Series:
    """Readings in order of time, one for each instant."""

    points: tuple[Point, ...] = ()

    @cached_property
    def times(self) -> list[int]:
        """When each was measured, UTC milliseconds."""
        return [point.at_ms for point in self.points]

    def __bool__(self) -> bool:
        return bool(self.points)

    def thinned(self, step_ms: int) -> "Series":
        """At most one reading in each step, counted back from the newest one."""
        kept: list[Point] = []
        for point in reversed(self.points):
            if not kept or kept[-1].at_ms - point.at_ms >= step_ms:
                kept.append(point)
        return Series(tuple(reversed(kept)))

    @property
    def last(self) -> Point:
        """The newest reading; there must be one."""
        return self.points[-1]

    def at(self, at_ms: float) -> float:
        """The value at this instant, on the line between two readings; held before the first and after the last."""
        points = self.points
        after = bisect_right(self.times, at_ms)
        if after == 0:
            return points[0].value
        before = points[after - 1]
        if after == len(points):
            return before.value
        nxt = points[after]
        return before.value + (nxt.value - before.value) * (at_ms - before.at_ms) / (nxt.at_ms - before.at_ms)

    def between(self, after_ms: int, until_ms: int) -> tuple[Point, ...]:
        """Readings later than ``after_ms``, at the latest ``until_ms``."""
        return self.points[bisect_right(self.times, after_ms) : bisect_right(self.times, until_ms)]

    def nearest(self, wanted_ms: float, slack_ms: float) -> Point | None:
        """The reading nearest to this instant, not further from it than ``slack_ms``; of two the earlier."""
        near = self.between(int(wanted_ms - slack_ms) - 1, int(wanted_ms + slack_ms))
        return min(near, key=lambda point: (abs(point.at_ms - wanted_ms), point.at_ms), default=None)

    def known(self, now_ms: int, since_ms: int) -> "Series":
        """What had arrived by now, not older than ``since_ms``."""
        inside = self.points[bisect_left(self.times, since_ms) : bisect_right(self.times, now_ms)]
        return Series(tuple(point for point in inside if point.known_ms <= now_ms))


def series(points: Iterable[Point]) -> Series:
    """In order; of two readings of one instant the one given later counts."""
    return Series(tuple(sorted({point.at_ms: point for point in points}.values(), key=AT)))


@dataclass(frozen=True, slots=True)
class History:
    """All that a forecast may look at. ``level`` and ``upstream`` in metres, ``rain`` in mm since the reading before.

    Only readings that quality control let pass belong here. An empty series means that there is no such station.
    """

    level: Series
    upstream: Series = field(default_factory=Series)
    rain: Series = field(default_factory=Series)
    releases: tuple[Release, ...] = ()

    def cut(self, start_ms: int, end_ms: int) -> "History":
        """The part between two instants."""
        level, upstream, rain = (
            Series(one.between(start_ms, end_ms)) for one in (self.level, self.upstream, self.rain)
        )
        return History(level, upstream, rain, self.releases)

    def known(self, now_ms: int, look_back_ms: int) -> "History":
        """This history as it stood at ``now_ms``, the last ``look_back_ms`` of it."""
        since = now_ms - look_back_ms
        told = tuple(release for release in self.releases if release.known_ms <= now_ms)
        return History(
            self.level.known(now_ms, since), self.upstream.known(now_ms, since), self.rain.known(now_ms, since), told
        )
