"""An incident: something happened somewhere, and somebody must know."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from edge.core.moment import AtMs

IncidentId = NewType("IncidentId", str)


class IncidentKind(StrEnum):
    """What the incident is about."""

    INTRUSION = "intrusion"
    FLOOD_LEVEL = "flood_level"
    DEVICE = "device"


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


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident as it stands now. ``title`` is a whole Vietnamese sentence for the wall."""

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
