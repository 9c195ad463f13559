"""Asks the province for commands as long as the line and the data budget allow, and has each carried out once."""

import asyncio
import logging
from collections.abc import Callable

from edge.kernel.clock import Clock
from edge.kernel.keep_running import keep_running
from edge.kernel.province_time import ProvinceTime
from edge.kernel.signing import key_id_of
from edge.kernel.wire.command import PollReply
from edge.store.journal import Journal
from edge.store.province_commands import last_seq
from edge.sync.backoff import LONGEST_NO_LINK_S, LONGEST_REFUSED_S, Backoff
from edge.sync.commands.check import Genuine, check
from edge.sync.commands.deeds import Deeds
from edge.sync.commands.line import CommandLine
from edge.sync.post import NoLinkError, RefusedError

log = logging.getLogger(__name__)

SAVING_S = 30.0
"""While the data saver forbids it, so often it is asked whether it still does."""
NOT_ENROLLED_S = 30.0
BETWEEN_S = 0.5
"""Between two polls: a hub that answers at once, whatever for, is not asked in a tight loop."""


class CommandService:
    """``keys`` are the pinned public keys (hex), read anew each time; ``may_poll`` is the data saver's word."""

    def __init__(
        self,
        line: CommandLine,
        source: str,
        deeds: Deeds,
        keys: Callable[[], tuple[str, ...]],
        time: ProvinceTime,
        journal: Journal,
        may_poll: Callable[[], bool],
    ) -> None:
        self._line = line
        self._source = source
        self._deeds = deeds
        self._keys = keys
        self._time = time
        self._journal = journal
        self._clock: Clock = journal.clock
        self._may_poll = may_poll
        self._backoff = Backoff()
        self._trouble = ""

    async def run(self) -> None:
        """Ask until cancelled."""
        await keep_running("commands", self._for_ever)

    async def _for_ever(self) -> None:
        async with self._line as line:
            while True:
                wait_s = await self._step(line)
                await asyncio.sleep(wait_s)

    async def _step(self, line: CommandLine) -> float:
        """One poll and what came of it; returns how long to wait before the next."""
        await self._deeds.take_due()
        if not self._may_poll():
            return SAVING_S
        keys = {key_id_of(key): key for key in self._keys()}
        if not keys:
            return NOT_ENROLLED_S
        try:
            reply = await line.poll(await self._journal.record(last_seq))
        except (NoLinkError, RefusedError) as error:
            self._tell(str(error))
            return self._backoff.next_s(LONGEST_REFUSED_S if isinstance(error, RefusedError) else LONGEST_NO_LINK_S)
        self._tell("")
        self._time.hear(reply.now_ms, self._clock.steady())
        if await self._take(reply, keys):
            return self._backoff.next_s(LONGEST_REFUSED_S)
        self._backoff.clear()
        return BETWEEN_S

    async def _take(self, reply: PollReply, keys: dict[str, str]) -> bool:
        """All that came, in its order; whether there was nothing genuine in it: the hub will send the same again."""
        found = [check(one, keys, self._source) for one in reply.commands]
        for one in found:
            await self._deeds.take(one)
        return bool(found) and not any(isinstance(one, Genuine) for one in found)

    def _tell(self, trouble: str) -> None:
        """A change is logged once, and its end once."""
        if bool(trouble) != bool(self._trouble):
            log.warning("commands: %s", trouble) if trouble else log.info("commands: the province answers again")
        self._trouble = trouble
