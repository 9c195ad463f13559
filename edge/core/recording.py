"""What recordings are made of: spans, how much they matter, who asks for them."""

from dataclasses import dataclass
from enum import IntEnum

MOST_VIEWED_MS = 3 * 3_600_000
"""One look at recordings is one audit line: a longer span would say nothing about what was seen (L5)."""
MOST_EXPORTED_MS = 12 * 3_600_000
MOST_PINNED_MS = 24 * 3_600_000
"""A pin is for something that happened, not for a camera; more days are more pins, each with its reason."""
MOST_BLURRED_MS = 2 * 3_600_000
"""Every picture is decoded, searched and encoded again: a slow board takes a night for these two hours."""
MOTION_SHARE = 0.01
"""Less than this of a segment's time is noise of the picture, not something that happened."""


class Importance(IntEnum):
    """How much a segment matters; what matters less goes sooner."""

    NOTHING = 0
    MOTION = 1
    SOMEBODY = 2
    INCIDENT = 3


def importance_of(motion: float, *, objects: bool, incident: bool) -> Importance:
    """What a finished segment is worth; ``motion`` is the share of its time in which something moved."""
    if incident:
        return Importance.INCIDENT
    if objects:
        return Importance.SOMEBODY
    return Importance.MOTION if motion >= MOTION_SHARE else Importance.NOTHING


@dataclass(frozen=True, slots=True)
class Span:
    """A time of one camera, from ``since_ms`` on and before ``until_ms``, UTC."""

    camera: str
    since_ms: int
    until_ms: int

    @property
    def ms(self) -> int:
        """How long it lasts."""
        return self.until_ms - self.since_ms


@dataclass(frozen=True, slots=True)
class Who:
    """The person who asks, for the audit log. ``session``: the log-in that it ends with; empty when with none."""

    user: str
    role: str
    session: str = ""
