"""The accounts of a box: its door, its office, who tells which log-ins hold, and who sweeps old ones out."""

import asyncio
import contextlib
import logging
from collections.abc import Collection, Sequence
from functools import partial

from edge.accounts.door import Door
from edge.accounts.office import Office
from edge.accounts.vault import MEMORY_KIB, Vault
from edge.core.news import SessionsOpen
from edge.core.policy.rights import Role
from edge.kernel.bus import Bus
from edge.store.accounts import forget_old_sessions
from edge.store.journal import Journal
from edge.store.seats import open_sessions

log = logging.getLogger(__name__)

SWEEP_S = 3600.0
TOLD_EVERY_S = 5.0
"""Which log-ins hold is told at every change, and so often for those whose time ran out and for whoever missed it."""


class Accounts:
    """``demanded``: the roles that need a code beside the password; ``cameras``: the ids that there are."""

    def __init__(
        self,
        journal: Journal,
        bus: Bus,
        key: bytes,
        commune: str,
        cameras: Sequence[str],
        demanded: Collection[Role],
        memory_kib: int = MEMORY_KIB,
    ) -> None:
        vault = Vault(key, memory_kib)
        self._journal = journal
        self._bus = bus
        self.door = Door(journal, vault, demanded, commune)
        self.office = Office(journal, vault, self.door, cameras)

    async def run(self) -> None:
        """Tell which log-ins hold, and forget those whose time is over, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell())
            group.create_task(self._sweep())

    async def _tell(self) -> None:
        """What somebody opened live ends with his log-in: those who keep such things open listen to this."""
        while True:
            self.door.changed.clear()
            now_ms = self._journal.clock.now().at_ms
            held = await self._journal.with_connection(partial(open_sessions, now_ms=now_ms))
            self._bus.publish(SessionsOpen(held))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TOLD_EVERY_S):
                    await self.door.changed.wait()

    async def _sweep(self) -> None:
        while True:
            gone = await self._journal.record(forget_old_sessions)
            if gone:
                log.info("%d sessions were over", gone)
            await asyncio.sleep(SWEEP_S)
