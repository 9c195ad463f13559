"""What the province says the time is: for a box whose own clock nobody has set."""

from edge.core.moment import AtMs, Moment, Steady
from edge.core.policy.downlink import trusted_ms


class ProvinceTime:
    """The hub's own time as it last told it over TLS, carried on by the clock that never goes back."""

    def __init__(self) -> None:
        self._told_ms = 0
        self._at = Steady(0.0)

    def hear(self, hub_ms: int, at: Steady) -> None:
        """The hub said so now; 0 is nothing."""
        if hub_ms > 0:
            self._told_ms, self._at = hub_ms, at

    def now_ms(self, own: Moment) -> AtMs:
        """The time to judge by."""
        hub_ms = round(self._told_ms + (own.steady - self._at) * 1000) if self._told_ms else 0
        return trusted_ms(own, hub_ms)
