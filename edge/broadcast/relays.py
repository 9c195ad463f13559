"""Planned relays of a radio: begun at their time, taken up again after an interruption, replaced when they die."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Protocol

from edge.broadcast.arbiter import Arbiter
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.place import HamletId
from edge.core.policy.airtime.decide import WORTH_S
from edge.core.programme import Airing
from edge.store.journal import Journal, Tx
from edge.store.programmes import get_airing, move_airing

log = logging.getLogger(__name__)

AGAIN_S = 10.0
"""After a relay had to give way, or its source did not answer, it is asked again this often until its time is up."""
MOST_SILENT_TRIES = 3
DIED = "Mất tín hiệu đài tiếp sóng."


class RelayEnd(Protocol):
    """How a relay ended."""

    @property
    def died(self) -> bool:
        """The source broke off before its time."""
        ...

    @property
    def why(self) -> str:
        """A sentence, or nothing."""
        ...


class Relays(Protocol):
    """Who can put a radio on air."""

    async def relay(self, source: str, hamlets: Sequence[HamletId], length_s: float, by_user: str) -> RelayEnd:
        """Relay a source for so long and return when it has ended; a caller that is cancelled ends it.

        Raises FinalError while something stronger sounds there, TransientError when the source does not sound.
        """
        ...


class PlannedRelays:
    """Carries one planned relay from its time to its end. ``sources``: radio of the settings -> where it comes from."""

    def __init__(self, relays: Relays | None, sources: Mapping[str, str], arbiter: Arbiter, journal: Journal) -> None:
        self._relays = relays
        self._sources = dict(sources)
        self._arbiter = arbiter
        self._journal = journal

    @property
    def ready(self) -> bool:
        """Whether this box can relay at all."""
        return self._relays is not None

    async def carry(self, airing: Airing) -> None:
        """Until its time is up, it was stopped, or its source died; then its standing notice."""
        await self._move(airing, "airing", "")
        died = await self._until_its_end(airing)
        state = await self._journal.record_surely(partial(_state_of, key=airing.key))
        if state != "airing":
            return
        await self._move(airing, "aired" if not died else "dropped", died)
        if died and airing.standby:
            await self._say_instead(airing)

    async def _until_its_end(self, airing: Airing) -> str:
        """Empty, or why it died."""
        silent = 0
        while (left_s := self._left_s(airing)) >= WORTH_S:
            try:
                end = await self._relay(airing, left_s)
            except FinalError as error:
                log.info("relay %s waits: %s", airing.key, error)
            except TransientError as error:
                silent += 1
                log.warning("relay %s: %s", airing.key, error)
                if silent >= MOST_SILENT_TRIES:
                    return f"{DIED} {error}"
            else:
                if end.died:
                    return f"{DIED} {end.why}".strip()
            if await self._journal.record_surely(partial(_state_of, key=airing.key)) != "airing":
                return ""
            await asyncio.sleep(min(AGAIN_S, max(0.0, self._left_s(airing))))
        return ""

    def _relay(self, airing: Airing, left_s: float) -> Coroutine[None, None, RelayEnd]:
        source = self._sources.get(airing.ref)
        if self._relays is None or source is None:
            raise TransientError(f"Đài “{airing.ref}” không tiếp sóng được.")
        return self._relays.relay(source, airing.hamlets, left_s, "lịch phát")

    async def _say_instead(self, airing: Airing) -> None:
        try:
            await self._arbiter.air_standby(airing.standby, "lịch phát")
        except MolangError as error:
            log.warning("the standing notice for %s does not sound: %s", airing.key, error)

    def _left_s(self, airing: Airing) -> float:
        return (airing.ends_ms - self._journal.clock.now().at_ms) / 1000

    async def _move(self, airing: Airing, state: str, reason: str) -> None:
        work: Callable[..., None] = partial(move_airing, key=airing.key, state=state, reason=reason)
        await self._journal.record_surely(work)


def _state_of(tx: Tx, key: str) -> str:
    row = get_airing(tx, key)
    return "" if row is None else row.state
