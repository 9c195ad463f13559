"""An incident: something happened somewhere, and somebody must know."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from edge.core.moment import AtMs
from edge.core.vision import Box

IncidentId = NewType("IncidentId", str)


class IncidentKind(StrEnum):
    """What the incident is about."""

    INTRUSION = "intrusion"
    FLOOD_LEVEL = "flood_level"
    DEVICE = "device"
    HORN = "horn"
    WARNING = "warning"
    REPORT = "report"


class Severity(StrEnum):
    """The CAP 1.2 words, so that they travel unchanged."""

    MINOR = "minor"
    MODERATE = "moderate"
    SEVERE = "severe"
    EXTREME = "extreme"


class IncidentState(StrEnum):
    """Open until the cause is gone; acknowledged is written apart from it."""

    OPEN = "open"
    CLOSED = "closed"


class Verdict(StrEnum):
    """What people said of it afterwards."""

    FALSE_ALARM = "false_alarm"
    TRUE_ALARM = "true_alarm"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a camera has to do with an incident.

    ``rule_kind`` is a rule's kind, or what is wrong with the camera itself; then there is no ``rule`` and no ``box``.
    ``most`` of them were there at once; ``score`` and ``box`` are those of the best one.
    """

    camera: str
    rule_kind: str
    rule: str = ""
    label: str = ""
    score: float | None = None
    box: Box | None = None
    most: int = 1


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident as it stands now. ``title`` is a whole Vietnamese sentence for the wall.

    ``drill``: nothing of it is real. ``cap``: other systems may be told.
    """

    id: IncidentId
    kind: IncidentKind
    severity: Severity
    subject: str
    place: str
    hamlet: str
    title: str
    began_at_ms: AtMs
    state: IncidentState = IncidentState.OPEN
    ended_at_ms: AtMs | None = None
    evidence: Evidence | None = None
    drill: bool = False
    cap: bool = True
