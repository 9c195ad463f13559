"""Counts who was turned away at a door, and says when the count is worth a line: a flood of tries writes no flood."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.core.moment import Steady

TELL_S = 60.0
"""Between two lines of one door."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """How often since the start, by reason; ``told``: when a line was last written, None: never."""

    counts: Mapping[str, int] = field(default_factory=dict)
    told: Steady | None = None

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    def __str__(self) -> str:
        """``57: login 50, uid 7``."""
        return f"{self.total}: " + ", ".join(f"{reason} {count}" for reason, count in sorted(self.counts.items()))


def refused(before: Refusals, reason: str, now: Steady) -> tuple[Refusals, bool]:
    """One more; and whether to write the line now: at the first, then at most one in ``TELL_S``."""
    counts = {**before.counts, reason: before.counts.get(reason, 0) + 1}
    tell = before.told is None or now - before.told >= TELL_S
    return Refusals(counts, now if tell else before.told), tell
