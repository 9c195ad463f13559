"""What a notice would cost of the minutes that a commune allows itself a day (L9)."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.core.place import HamletId
from edge.core.policy.airtime import Limits
from edge.core.policy.airtime.limits import places
from edge.core.programme import DAY_MS, local_day, midnight_ms
from edge.store.journal import Journal, Tx
from edge.store.pieces import spent_on


@dataclass(frozen=True, slots=True)
class Day:
    """Today in the fullest of some hamlets: seconds used and set aside, and seconds allowed."""

    used_s: float
    limit_s: float


class DayBudget:
    """Looks into the books of today."""

    def __init__(self, limits: Limits, journal: Journal) -> None:
        self._limits = limits
        self._journal = journal

    async def today(self, hamlets: Sequence[str]) -> Day | None:
        """None where the commune has no such limit, and while no hamlet is chosen."""
        if not self._limits.day_s or not hamlets:
            return None
        meant = places(frozenset(map(HamletId, hamlets)), self._limits)
        return Day(await self._journal.record(lambda tx: self._used_s(tx, meant)), self._limits.day_s)

    def _used_s(self, tx: Tx, meant: frozenset[HamletId]) -> float:
        midnight = midnight_ms(local_day(tx.now.at_ms))
        used: dict[HamletId, float] = {}
        for (_, _, hamlet), seconds in spent_on(tx, midnight, midnight + DAY_MS, self._limits).items():
            used[hamlet] = used.get(hamlet, 0.0) + seconds
        return max((used.get(hamlet, 0.0) for hamlet in meant), default=0.0)
