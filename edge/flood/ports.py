"""What the flood service asks of others; ``edge/app.py`` says who they are."""

from collections.abc import Sequence
from typing import Protocol

from edge.core.forecast import Outlook, Silence
from edge.core.moment import AtMs
from edge.core.policy.flood.rule import ForecastFact
from edge.core.storm import StormWish


class Horns(Protocol):
    """The loudspeaker station."""

    async def start_storm(self, wish: StormWish) -> None:
        """Begin it; the same wish again is the same storm. Raises FinalError while its bulletin is not approved."""
        ...

    async def end_storm(self, name: str, user: str) -> None:
        """End it; one that is over or unknown is no error."""
        ...

    async def silence(self, hamlets: Sequence[str], user: str, role: str) -> None:
        """Silence these hamlets now."""
        ...


class Foresight(Protocol):
    """Who looks ahead. ``outlooks`` are the newest by gauge, for the pages."""

    outlooks: dict[str, Outlook | Silence]

    async def expected(self, station: str, thresholds: Sequence[float], now: AtMs) -> ForecastFact | None:
        """The next level that may be reached, and when; None when nobody can tell."""
        ...


class NoForesight:
    """A box that does not look ahead."""

    def __init__(self) -> None:
        self.outlooks: dict[str, Outlook | Silence] = {}

    async def expected(self, station: str, thresholds: Sequence[float], now: AtMs) -> ForecastFact | None:
        """Nobody can tell."""
        return None
