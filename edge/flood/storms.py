"""Storm mode that a flood rule asked for: begun once the words are approved on air, ended with its reason."""

import logging
from dataclasses import replace

from edge.core.errors import FinalError
from edge.core.news import FloodChanged
from edge.core.storm import StormWish
from edge.flood.ports import Horns
from edge.kernel.bus import Bus
from edge.store.flood import STORM_LASTS_MS, Action, begin_storm, move_action, spoken_state, storms_in
from edge.store.journal import Journal

log = logging.getLogger(__name__)

BY = "luật lũ"
"""Who begins and ends it, where no person did."""
READY = frozenset({"approved", "queued", "airing", "aired"})
LOST = frozenset({"failed", "unread", "dropped", "stopped", "returned"})


class Storms:
    """Works off the storms that are wanted, that are to end, and that go on longer than one storm may."""

    def __init__(self, horns: Horns, journal: Journal, bus: Bus) -> None:
        self._horns = horns
        self._journal = journal
        self._bus = bus

    async def work(self) -> None:
        """One round. What the station refuses for now is tried at the next."""
        for action in await self._journal.record(lambda tx: storms_in(tx, "ending")):
            await self._horns.end_storm(action.ref, action.by_user or BY)
            await self._move(action, "ended")
        now_ms = self._journal.clock.now().at_ms
        for action in await self._journal.record(lambda tx: storms_in(tx, "wanted", "on")):
            if action.state == "wanted" or now_ms >= action.until_ms:
                await self._begin(action, now_ms)

    async def _begin(self, action: Action, now_ms: int) -> None:
        bulletin = action.id.removesuffix("b")
        spoken, state = await self._journal.record(lambda tx: spoken_state(tx, bulletin))
        if state in LOST:
            await self._move(action, "failed")
        if state not in READY:
            return
        wish = _wish(action, spoken, now_ms)
        try:
            await self._horns.start_storm(wish)
        except FinalError as error:
            log.warning("storm of %s not begun: %s", action.rule, error)
            await self._move(action, "failed")
            return
        begun = replace(action, ref=wish.id, turns=action.turns + 1, until_ms=wish.until_ms)
        await self._journal.record_surely(lambda tx: begin_storm(tx, begun))
        self._bus.publish(FloodChanged())

    async def _move(self, action: Action, state: str) -> None:
        await self._journal.record_surely(lambda tx: move_action(tx, action.id, state))
        self._bus.publish(FloodChanged())


def _wish(action: Action, bulletin: str, now_ms: int) -> StormWish:
    """The same id for the same turn: a box that was killed after it began it does not begin it again."""
    name = f"lu-{action.id.replace('/', '-')}-{action.turns + 1}"
    return StormWish(name, bulletin, action.hamlets, action.every_min, now_ms + STORM_LASTS_MS, BY)
