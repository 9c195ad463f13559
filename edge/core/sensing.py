"""Readings of rivers and rain."""

from dataclasses import dataclass
from enum import StrEnum

from edge.core.moment import AtMs
from edge.core.place import StationId

LEVEL = "level"


class Quality(StrEnum):
    """Whether a reading may decide anything: only a good one may (docs/design/water.md)."""

    GOOD = "good"
    OUT_OF_RANGE = "out_of_range"
    """Outside what this gauge can measure."""
    JUMP = "jump"
    """Faster than water moves, or a doubt about such a leap that nothing has settled yet."""
    ZERO = "zero"
    """Dropped to zero: a pulled plug, a sensor out of the water."""
    STUCK = "stuck"
    """The same to the last digit for longer than water stands still: suspected."""
    LATE = "late"
    """True perhaps, but of a time that is over: it fills the chart."""
    CLOCK = "clock"
    """Its own time cannot be true: a clock in the future, or a year off."""
    DISAGREES = "disagrees"
    """The second gauge at this place says something else."""


class Source(StrEnum):
    """Who measured."""

    GAUGE = "gauge"
    """A device of the commune."""
    PROVINCE = "province"
    """A feed of somebody else's stations."""
    HAND = "hand"
    """A person who read a staff."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value. A bad one is kept and shown, but never decides alone.

    ``at_ms`` is when it was measured (when that cannot be true: when it came; for what is announced, when it begins),
    ``came_at_ms`` when it reached this box, 0 for readings of old databases. ``by`` is the person of a hand reading.
    """

    station: StationId
    quantity: str
    value: float
    unit: str
    at_ms: AtMs
    quality: Quality
    came_at_ms: AtMs = AtMs(0)
    source: Source = Source.GAUGE
    by: str = ""
