"""What the store knows of a span, as plain values: what the figures of a report are counted from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.core.airlog import Airing
from edge.core.airreport import Outage, Report
from edge.core.indicator.values import Indicator
from edge.core.indicator.values import Measured as IndicatorValue


@dataclass(frozen=True, slots=True)
class Names:
    """How people call things. ``duties``: what each person of the roster is; no name, no number (L7)."""

    hamlets: Mapping[str, str] = field(default_factory=dict)
    horns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """id -> (name, hamlet's id)"""
    cameras: Mapping[str, str] = field(default_factory=dict)
    gauges: Mapping[str, str] = field(default_factory=dict)
    duties: Mapping[str, str] = field(default_factory=dict)

    def horn(self, horn: str) -> str:
        """Its name."""
        return self.horns.get(horn, (horn, ""))[0]


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident of the span. ``made_ms``: when people could first know; drills are told apart."""

    id: str
    kind: str
    rule_kind: str
    severity: str
    hamlet: str
    place: str
    title: str
    began_ms: int
    made_ms: int
    ended_ms: int | None
    taken_ms: int | None
    drill: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody who was told of an incident by every way and did not answer in the end."""

    incident: str
    person: str


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """Water at a station: good readings (UTC ms, m) of the span, how many were not good, its báo động levels."""

    station: str
    readings: tuple[tuple[int, float], ...]
    bad: int = 0
    levels: tuple[float, ...] = ()
    datum: str = ""
    before: tuple[int, float] | None = None
    """The last good reading before the span: what stood when it began."""


@dataclass(frozen=True, slots=True)
class RainFacts:
    """Rain at a station: good readings of one quantity, from a day before the span on (a counter needs a before)."""

    station: str
    quantity: str
    readings: tuple[tuple[int, float], ...]
    warning_mm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class GaugeFacts:
    """How a station worked: when it told anything (UTC ms), how often it should, how many readings were bad."""

    station: str
    told_ms: tuple[int, ...]
    period_s: float
    bad: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of a device at an instant: a modem's signal in dBm, free bytes of a disk (``whole``: its size)."""

    subject: str
    at_ms: int
    value: float
    whole: float | None = None


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """An indicator: its newest value at the end of the span, and what stood when the span began."""

    indicator: Indicator
    last: IndicatorValue | None
    before: IndicatorValue | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All of a span, UTC milliseconds. ``until_ms`` is not after now: a span that lasts is told as far as it went.

    ``cameras``: other device incidents than a lost signal are counted from the incidents. ``states`` are changes of
    the box, its uplink and its modems (subject -> (UTC ms, state)).
    """

    since_ms: int
    until_ms: int
    names: Names
    incidents: tuple[IncidentRow, ...]
    unreached: tuple[Unreached, ...]
    airings: tuple[Airing, ...]
    air: Report
    outages: tuple[Outage, ...]
    levels: tuple[LevelFacts, ...]
    rain: tuple[RainFacts, ...]
    gauges: tuple[GaugeFacts, ...]
    states: Mapping[str, list[tuple[int, str]]]
    measured: tuple[Measured, ...]
    indicators: tuple[IndicatorFacts, ...] = ()


DAY_ROWS, MONTH_ROWS = 200, 40
"""Of a long list so many stand on paper; a month on paper is to be read, its lists are in the workbook."""


def paper_rows(facts: Facts) -> int:
    """How long a list may be on paper."""
    return DAY_ROWS if facts.until_ms - facts.since_ms <= 2 * 86_400_000 else MONTH_ROWS
