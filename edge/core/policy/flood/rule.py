"""What a commune wants to happen when the water comes: its rules, and what can set them off."""

from dataclasses import dataclass, field
from enum import StrEnum

from edge.core.incident import Severity
from edge.core.moment import AtMs


class When(StrEnum):
    """What sets a rule off."""

    LEVEL = "level"
    FALLING = "falling"
    RELEASE = "release"
    FORECAST = "forecast"
    RAIN = "rain"


SEVERITY_OF_LEVEL = {1: Severity.MODERATE, 2: Severity.SEVERE, 3: Severity.EXTREME}
USUAL = {
    When.FALLING: Severity.MINOR,
    When.RELEASE: Severity.SEVERE,
    When.FORECAST: Severity.MODERATE,
    When.RAIN: Severity.MODERATE,
}


@dataclass(frozen=True, slots=True)
class FloodRule:
    """One rule. ``level``: of level, falling, forecast; ``at_least``: m³/s of a release, millimetres of rain.

    ``hours``: the window of the rain, or how far ahead a forecast counts. ``hamlets`` hear ``template`` when it begins
    and ``all_clear`` when it is over; empty: nothing is said. ``storm_every_min`` 0: it is said once.
    """

    id: str
    name: str
    when: When
    station: str
    hamlets: tuple[str, ...]
    level: int = 0
    at_least: float = 0.0
    hours: int = 0
    severity: Severity | None = None
    template: str = ""
    all_clear: str = ""
    storm_every_min: int = 0
    cap: bool = True

    @property
    def gravity(self) -> Severity:
        """Its severity, or the usual one of what sets it off."""
        if self.severity:
            return self.severity
        return SEVERITY_OF_LEVEL.get(self.level, Severity.MODERATE) if self.when is When.LEVEL else USUAL[self.when]


@dataclass(frozen=True, slots=True)
class LevelFact:
    """The level that stands at a station went from ``before`` to ``after``."""

    station: str
    name: str
    before: int
    after: int
    value: float
    at_ms: AtMs


@dataclass(frozen=True, slots=True)
class ReleaseFact:
    """A reservoir will release this much from ``from_ms`` on, as announced at ``at_ms``; 0: no more."""

    station: str
    name: str
    discharge: float
    from_ms: AtMs
    at_ms: AtMs


@dataclass(frozen=True, slots=True)
class ForecastFact:
    """The forecast of ``at_ms``: ``level`` may be reached at ``eta_ms`` (0: none is expected). Never certain."""

    station: str
    name: str
    level: int
    eta_ms: AtMs
    at_ms: AtMs


@dataclass(frozen=True, slots=True)
class RainFact:
    """How much rain fell at a station up to ``at_ms``, by the length of the window in hours."""

    station: str
    name: str
    amounts: dict[int, float] = field(hash=False)
    at_ms: AtMs = AtMs(0)


Fact = LevelFact | ReleaseFact | ForecastFact | RainFact
