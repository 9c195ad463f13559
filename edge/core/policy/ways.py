"""Which way out to the province is used: the best that works, left within seconds, taken again only when it is steady.

``ways`` are in the order of their priority. Each keeps how it was heard last; ``heard`` takes what a try has shown and
``choose`` says which one is used from now on. Nothing here knows a socket or a clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edge.core.moment import Steady

STEADY_S = 60.0
"""A better way must work for so long before it is taken again: one good answer between two storms' gusts is no line."""
LONGEST_STEADY_S = 1_800.0
"""However often it fell, it gets its chance every half hour: it may be the one that costs nothing."""
FLAP_S = 600.0
"""A way that falls within this after it was taken again has to prove itself twice as long the next time."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way out. ``works`` is None before its first try; ``since`` is when that began, ``tried`` the last try."""

    name: str
    works: bool | None = None
    since: Steady = Steady(float("-inf"))
    tried: Steady = Steady(float("-inf"))
    taken: Steady = Steady(float("-inf"))
    steady_s: float = STEADY_S


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways out, best first, and the one that is used."""

    ways: tuple[Way, ...]
    used: int = 0

    @property
    def name(self) -> str:
        """The way that is used."""
        return self.ways[self.used].name


def ways_of(names: Sequence[str]) -> Ways:
    """Nothing is known yet: the best is used."""
    return Ways(tuple(Way(name) for name in names))


def heard(ways: Ways, name: str, now: Steady, *, works: bool) -> Ways:
    """A try on this way has succeeded or failed."""
    rows = tuple(_heard(way, now, works=works) if way.name == name else way for way in ways.ways)
    return replace(ways, ways=rows)


def choose(ways: Ways, now: Steady) -> Ways:
    """The way that is used from now on."""
    best = _best(ways, now)
    if best == ways.used:
        return ways
    rows = list(ways.ways)
    rows[best] = replace(rows[best], taken=now)
    return Ways(tuple(rows), best)


def is_candidate(ways: Ways, name: str) -> bool:
    """Whether this way would be taken if it proved steady: it comes before the one that is used."""
    return [way.name for way in ways.ways].index(name) < ways.used


def _heard(way: Way, now: Steady, *, works: bool) -> Way:
    since = way.since if way.works is works else now
    if works or way.works is False:
        return replace(way, works=works, since=since, tried=now)
    fell_soon = now - way.taken < FLAP_S
    steady_s = min(way.steady_s * 2, LONGEST_STEADY_S) if fell_soon else STEADY_S
    return replace(way, works=False, since=since, tried=now, steady_s=steady_s)


def _best(ways: Ways, now: Steady) -> int:
    used = ways.ways[ways.used]
    if used.works is not False:
        better = (index for index in range(ways.used) if _is_steady(ways.ways[index], now))
        return next(better, ways.used)
    usable = [index for index, way in enumerate(ways.ways) if way.works is not False]
    if usable:
        return usable[0]
    return min(range(len(ways.ways)), key=lambda index: ways.ways[index].tried)


def _is_steady(way: Way, now: Steady) -> bool:
    return way.works is True and now - way.since >= way.steady_s
