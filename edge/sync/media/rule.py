"""What goes to the province by itself, when, and over which ways."""

from dataclasses import dataclass

from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.policy.airtime import Hours
from edge.kernel.wire.upload import KINDS

ALWAYS = Hours(0, 1440)


@dataclass(frozen=True, slots=True)
class Rule:
    """``stills`` and ``clips`` are severities of incidents; ``metered`` the kinds that also go where bytes cost money.

    What a command or a report wants goes at any hour; what the rule wants, within ``hours`` of the local day.
    """

    stills: tuple[str, ...] = ("moderate", "severe", "extreme")
    clips: tuple[str, ...] = ()
    on_demand: bool = True
    hours: Hours = ALWAYS
    metered: tuple[str, ...] = ("still", "report", "attachment")

    def kinds(self, *, metered: bool) -> tuple[str, ...]:
        """What may go over such a way."""
        return self.metered if metered else KINDS

    def is_open(self, at_ms: AtMs) -> bool:
        """Whether what only the rule wants may go now."""
        now = local(at_ms)
        return self.hours.covers(now.hour * 60 + now.minute)
