"""Which readings may be left out of a long queue: the newest of each interval stays, and all that matters. Pure.

What the province needs after an outage is where the river stood and when it rose through a level, not every minute of
it. So of each subject and quantity the newest good reading of each interval is kept, both readings around a crossing of
a level, every bad reading, and everything that is no latest value (a passage before a camera is an event of its own).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

INTERVAL_MS = 15 * 60_000
ABOVE = 5_000
"""So many events of telemetry must wait: some hours of a commune; what is less goes out within seconds."""
GOOD = "good"


@dataclass(frozen=True, slots=True)
class Value:
    """A latest value that waits. ``series`` is what it is a value of; ``value`` None: it has no height to cross."""

    seq: int
    series: tuple[str, ...]
    at_ms: int
    value: float | None
    quality: str = GOOD


Levels = Callable[[str], Sequence[float]]
"""The levels of a station whose crossing matters; nothing for one without."""


def left_out(waiting: Iterable[Value], levels: Levels, interval_ms: int = INTERVAL_MS) -> set[int]:
    """The numbers of those that may go. ``series[0]`` names the station."""
    good: dict[tuple[str, ...], list[Value]] = {}
    for one in waiting:
        if one.quality == GOOD:
            good.setdefault(one.series, []).append(one)
    gone: set[int] = set()
    for series, values in good.items():
        kept = _newest(values, interval_ms) | _around_crossings(values, levels(series[0]))
        gone |= {one.seq for one in values} - kept
    return gone


def _newest(values: Sequence[Value], interval_ms: int) -> set[int]:
    """By the time at which it was read; what comes late belongs where it was read."""
    newest: dict[int, Value] = {}
    for one in values:
        known = newest.get(one.at_ms // interval_ms)
        if known is None or (one.at_ms, one.seq) > (known.at_ms, known.seq):
            newest[one.at_ms // interval_ms] = one
    return {one.seq for one in newest.values()}


def _around_crossings(values: Sequence[Value], levels: Sequence[float]) -> set[int]:
    kept: set[int] = set()
    for before, after in pairwise(sorted(values, key=lambda one: (one.at_ms, one.seq))):
        if before.value is None or after.value is None:
            continue
        if any((before.value < level) != (after.value < level) for level in levels):
            kept |= {before.seq, after.seq}
    return kept
