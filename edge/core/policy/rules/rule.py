"""A rule of a camera: where it looks, for whom, when, and how sure it must be."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from edge.core.incident import Severity
from edge.core.place import Direction, Point

MINUTES_A_DAY = 24 * 60
RuleId = NewType("RuleId", str)


class RuleKind(StrEnum):
    """What a rule waits for (edge/config/schema.py says it for people)."""

    ENTER = "enter"
    LOITER = "loiter"
    COUNT = "count"
    CLOSED_STREET = "closed_street"
    RIVER_BANK = "river_bank"
    PARKED = "parked"
    LINE = "line"


SEEN_S = {RuleKind.LINE: 1.0, RuleKind.RIVER_BANK: 1.0}
"""Who crosses a line or falls into a river is there for a moment only: these must not wait for a key frame."""


@dataclass(frozen=True, slots=True)
class ActiveHours:
    """Minutes of the local day, ``since`` included, ``until`` not; the span may cross midnight."""

    since: int = 0
    until: int = MINUTES_A_DAY

    @classmethod
    def parse(cls, text: str) -> "ActiveHours":
        """Read ``always`` or ``22:00-05:00``."""
        if text == "always":
            return cls()
        since, until = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
        return cls(since, until)

    def hold(self, minute: int) -> bool:
        """Whether this minute of the day lies inside. Equal ends mean the whole day."""
        if self.since < self.until:
            return self.since <= minute < self.until
        return minute >= self.since or minute < self.until


@dataclass(frozen=True, slots=True)
class Rule:
    """One zone or line with what it waits for.

    ``shape`` holds the corners of a zone or the two ends of a line. At least ``min_hits`` detections must support a
    track; ``min_height`` is a share of the picture. A figure counts once it stayed ``after_s``, the rule fires when
    more than ``more_than`` count. ``seen_s`` is the guarantee that it asks of the camera (0: none), ``speaks`` the
    template that it has read over the horns (empty: none). ``fresh_s`` is how long a reading of its gauge is new.
    """

    id: RuleId
    kind: RuleKind
    shape: tuple[Point, ...]
    direction: Direction = Direction.BOTH
    labels: frozenset[str] = frozenset({"person"})
    active: ActiveHours = field(default_factory=ActiveHours)
    min_hits: int = 3
    min_score: float = 0.0
    min_height: float = 0.0
    quiet_s: float = 30.0
    after_s: float = 0.0
    more_than: int = 0
    gauge: str = ""
    above_m: float = 0.0
    fresh_s: float = 600.0
    seen_s: float = 0.0
    severity: Severity = Severity.MODERATE
    speaks: str = ""


@dataclass(frozen=True, slots=True)
class Now:
    """The instant of a decision: ``steady``, the minute of the local day, and the rules that rest for a while."""

    steady: float
    minute: int
    resting: frozenset[RuleId] = frozenset()
