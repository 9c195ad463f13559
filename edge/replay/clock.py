"""The clock of a replay: it is as late as the file says."""

from edge.core.moment import AtMs, ClockState, Moment, Steady


class ReplayClock:
    """Moves only when it is told to, and never back."""

    def __init__(self, at_ms: int) -> None:
        self._began_ms = self.at_ms = at_ms

    def move_to(self, at_ms: int) -> None:
        """It is this late now."""
        self.at_ms = max(self.at_ms, at_ms)

    def now(self) -> Moment:
        """This instant of the file."""
        return Moment(AtMs(self.at_ms), self.steady(), ClockState.SYNCED)

    def steady(self) -> Steady:
        """Seconds since the file began."""
        return Steady((self.at_ms - self._began_ms) / 1000)
