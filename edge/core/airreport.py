"""The monthly report: plays, seconds and faults by hamlet, item and day; and how long each horn was there (R11).

A hamlet hears an airing once, however many horns it has: it counts one play, and the seconds of the horn that sounded
longest. A fault is one horn that did not sound. Tests are counted apart: nobody was told anything.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from edge.core.airlog import FAULTY, HEARD, Airing
from edge.core.broadcast import Outcome
from edge.core.local_time import VIETNAM, local
from edge.core.moment import AtMs
from edge.core.report.lasting import lasting

TEST = "test"


@dataclass(slots=True)
class Sum:
    """Plays that were heard, their seconds, and horns that were not heard."""

    plays: int = 0
    seconds: float = 0.0
    faults: int = 0

    def add(self, other: "Sum") -> None:
        """Both together."""
        self.plays += other.plays
        self.seconds += other.seconds
        self.faults += other.faults


@dataclass(frozen=True, slots=True)
class Line:
    """One item in one hamlet on one local day."""

    day: dt.date
    hamlet: str
    kind: str
    item: str
    sum: Sum


@dataclass(slots=True)
class HornMonth:
    """One horn over the month. Milliseconds of being online, offline, and of nobody watching; times it went away."""

    horn: str
    ordered: int = 0
    heard: int = 0
    tests: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    online_ms: int = 0
    offline_ms: int = 0
    unwatched_ms: int = 0
    outages: int = 0

    @property
    def online_pct(self) -> float | None:
        """Of the time that was watched; None when nobody watched."""
        watched = self.online_ms + self.offline_ms
        return 100 * self.online_ms / watched if watched else None

    @property
    def faults(self) -> int:
        """Times that it did not sound."""
        return sum(count for outcome, count in self.outcomes.items() if outcome in FAULTY)


@dataclass(frozen=True, slots=True)
class Change:
    """A horn became online, offline or unwatched at an instant."""

    horn: str
    at_ms: int
    state: str


@dataclass(frozen=True, slots=True)
class Outage:
    """Another device that was gone: how often, and for how many milliseconds of the span."""

    device: str
    times: int
    ms: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything of a month. ``by_item`` is (kind, item) -> sum over all hamlets, ``by_hamlet`` the other way round."""

    lines: tuple[Line, ...]
    by_hamlet: Mapping[str, Sum]
    by_item: Mapping[tuple[str, str], Sum]
    horns: tuple[HornMonth, ...]
    total: Sum
    outages: tuple[Outage, ...] = ()


def month_span(year: int, month: int) -> tuple[int, int]:
    """From its first instant on and before its last, UTC milliseconds, by the local calendar."""
    first = dt.datetime(year, month, 1, tzinfo=VIETNAM)
    after = dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=VIETNAM)
    return round(first.timestamp() * 1000), round(after.timestamp() * 1000)


def report(
    airings: Iterable[Airing],
    changes: Iterable[Change],
    hamlet_of: Mapping[str, str],
    since_ms: int,
    until_ms: int,
    outages: Iterable[Outage] = (),
) -> Report:
    """The report of a span. ``hamlet_of`` names the hamlet of every horn that there is; others count as ``""``.

    ``changes`` may begin before the span: the newest of those says what a horn was when it began.
    """
    lines: dict[tuple[dt.date, str, str, str], Sum] = {}
    horns = {horn: HornMonth(horn) for horn in hamlet_of}
    for airing in airings:
        _count_horns(airing, horns)
        if airing.op != TEST:
            for hamlet, heard in _by_hamlet(airing, hamlet_of).items():
                key = (local(AtMs(airing.began_ms)).date(), hamlet, airing.kind, airing.item)
                lines.setdefault(key, Sum()).add(heard)
    _presence(changes, horns, since_ms, until_ms)
    found = tuple(Line(*key, total) for key, total in sorted(lines.items()))
    return Report(
        found, _sums(found, by="hamlet"), _item_sums(found), tuple(horns.values()), _total(found), tuple(outages)
    )


def _by_hamlet(airing: Airing, hamlet_of: Mapping[str, str]) -> dict[str, Sum]:
    found: dict[str, Sum] = {}
    for end in airing.horns:
        one = found.setdefault(hamlet_of.get(end.horn, ""), Sum())
        one.faults += end.outcome in FAULTY
        if end.outcome in HEARD:
            one.plays = 1
            one.seconds = max(one.seconds, end.played_ms / 1000)
    return found


def _count_horns(airing: Airing, horns: dict[str, HornMonth]) -> None:
    for end in airing.horns:
        month = horns.setdefault(end.horn, HornMonth(end.horn))
        month.ordered += 1
        month.tests += airing.op == TEST
        month.heard += end.outcome == Outcome.PLAYED
        month.outcomes[end.outcome] = month.outcomes.get(end.outcome, 0) + 1


def _presence(changes: Iterable[Change], horns: dict[str, HornMonth], since_ms: int, until_ms: int) -> None:
    of_horn: dict[str, list[Change]] = {}
    for change in sorted(changes, key=lambda one: one.at_ms):
        of_horn.setdefault(change.horn, []).append(change)
    for horn, month in horns.items():
        told = [(change.at_ms, change.state) for change in of_horn.get(horn, [])]
        spent = lasting(told, since_ms, until_ms)
        month.online_ms, month.offline_ms = spent.online_ms, spent.offline_ms
        month.unwatched_ms, month.outages = spent.unwatched_ms, spent.outages


def _sums(lines: Iterable[Line], by: str) -> dict[str, Sum]:
    found: dict[str, Sum] = {}
    for line in lines:
        found.setdefault(getattr(line, by), Sum()).add(line.sum)
    return found


def _item_sums(lines: Iterable[Line]) -> dict[tuple[str, str], Sum]:
    found: dict[tuple[str, str], Sum] = {}
    for line in lines:
        found.setdefault((line.kind, line.item), Sum()).add(line.sum)
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].seconds, pair[0])))


def _total(lines: Iterable[Line]) -> Sum:
    total = Sum()
    for line in lines:
        total.add(line.sum)
    return total
