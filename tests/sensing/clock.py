"""A clock that stands still until a test moves it."""

from dataclasses import dataclass, field, replace

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.policy.flood.limits import MINUTE_MS

T0 = 1_790_000_000_000


@dataclass
class SetClock:
    """Stands still until a test moves it."""

    moment: Moment = field(default_factory=lambda: Moment(AtMs(T0), Steady(1000.0), ClockState.SYNCED))

    def now(self) -> Moment:
        return self.moment

    def steady(self) -> Steady:
        return self.moment.steady

    def goes_on(self, minutes: float) -> None:
        gone_ms = round(minutes * MINUTE_MS)
        self.moment = replace(
            self.moment,
            at_ms=AtMs(self.moment.at_ms + gone_ms),
            steady=Steady(self.moment.steady + gone_ms / 1000),
        )
