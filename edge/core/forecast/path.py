"""The way of the level over the next hours, and when it may reach a level."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from edge.core.forecast.history import HOUR_MS, Point


@dataclass(frozen=True, slots=True)
class Step:
    """``hours`` after the newest reading: the most likely change and the band around it, metres."""

    hours: float
    change_m: float
    low_m: float
    high_m: float

    def with_high(self, times: float) -> "Step":
        """The same with the upper half of the band widened."""
        return replace(self, high_m=self.change_m + times * (self.high_m - self.change_m))


NOW = Step(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Path:
    """Steps in order; between two of them the level goes in a straight line."""

    steps: tuple[Step, ...]

    def at(self, hours: float) -> Step:
        """The step at this moment; the last one for all that is later."""
        before = NOW
        for step in self.steps:
            if hours <= step.hours:
                return _between(before, step, (hours - before.hours) / (step.hours - before.hours))
            before = step
        return before

    def first(self, edge_m: Callable[[Step], float], wanted_m: float) -> float | None:
        """After how many hours this edge has come ``wanted_m`` of its way, up or down; None if not on the path."""
        before = NOW
        for step in self.steps:
            start, end = edge_m(before), edge_m(step)
            if min(start, end) <= wanted_m <= max(start, end) and start != end:
                return before.hours + (wanted_m - start) / (end - start) * (step.hours - before.hours)
            before = step
        return None


def reach(
    path: Path, start: Point, levels_m: Sequence[float], now_ms: int
) -> tuple[float | None, int | None, int | None]:
    """The next level on the way, and the span in which it is reached: (level, not before, not after).

    Up or down is what the path does on the whole. A river on its way up that the band lets reach no level has none.
    """
    rising = path.steps[-1].change_m > 0
    ahead = [level for level in levels_m if (level > start.value if rising else level < start.value)]
    if not ahead:
        return None, None, None
    level_m = min(ahead) if rising else max(ahead)
    wanted_m = level_m - start.value
    first_h = path.first(_high if rising else _low, wanted_m)
    if first_h is None:
        return None, None, None
    last_h = path.first(_low if rising else _high, wanted_m)
    return level_m, _at(start, first_h, now_ms), None if last_h is None else _at(start, last_h, now_ms)


def _at(start: Point, hours: float, now_ms: int) -> int:
    return max(now_ms, start.at_ms + round(hours * HOUR_MS))


def _high(step: Step) -> float:
    return step.high_m


def _low(step: Step) -> float:
    return step.low_m


def _between(one: Step, other: Step, share: float) -> Step:
    parts = (
        getattr(one, name) + share * (getattr(other, name) - getattr(one, name))
        for name in ("hours", "change_m", "low_m", "high_m")
    )
    return Step(*parts)
