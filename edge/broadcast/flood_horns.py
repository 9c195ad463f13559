"""The loudspeakers as the flood rules use them: storm mode, and silence."""

from collections.abc import Sequence
from typing import Protocol

from edge.broadcast.programme_desk import ProgrammeDesk
from edge.control.protocol import EndStorm, StartStorm
from edge.core.errors import FinalError
from edge.core.place import HamletId
from edge.core.storm import StormWish

RULE_ROLE = "technician"
"""In the audit log: a setting of the box did it, not a person."""
DAY = ("00:00", "23:59")
"""Water does not sleep: a flood rule repeats its words day and night."""


class Silencing(Protocol):
    """Who can silence hamlets."""

    async def stop(self, hamlets: Sequence[HamletId], user: str, role: str) -> None:
        """Silence them."""
        ...


class FloodHorns:
    """Begins and ends storms for rules; silences what a person stopped."""

    def __init__(self, programmes: ProgrammeDesk, station: Silencing) -> None:
        self._programmes = programmes
        self._station = station

    async def start_storm(self, wish: StormWish) -> None:
        """Begin it; the same wish again is the same storm. Raises FinalError while its bulletin is not approved."""
        request = StartStorm(
            id=wish.id,
            bulletin=wish.bulletin,
            hamlets=wish.hamlets,
            every_min=wish.every_min,
            from_hour=DAY[0],
            to_hour=DAY[1],
            until_ms=wish.until_ms,
            user=wish.user,
            role=RULE_ROLE,
        )
        await self._programmes.start_storm(request)

    async def end_storm(self, name: str, user: str) -> None:
        """End it; one that is unknown is over."""
        try:
            await self._programmes.end_storm(EndStorm(id=name, user=user, role=RULE_ROLE))
        except FinalError:
            return

    async def silence(self, hamlets: Sequence[str], user: str, role: str) -> None:
        """Silence these hamlets now."""
        await self._station.stop([HamletId(hamlet) for hamlet in hamlets], user, role)
