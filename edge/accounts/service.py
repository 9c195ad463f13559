"""The accounts of a box: its door, its office, and who sweeps old sessions out."""

import asyncio
import logging
from collections.abc import Collection, Sequence

from edge.accounts.door import Door
from edge.accounts.office import Office
from edge.accounts.vault import MEMORY_KIB, Vault
from edge.core.policy.rights import Role
from edge.store.accounts import forget_old_sessions
from edge.store.journal import Journal

log = logging.getLogger(__name__)

SWEEP_S = 3600.0


class Accounts:
    """``demanded``: the roles that need a code beside the password; ``cameras``: the ids that there are."""

    def __init__(
        self,
        journal: Journal,
        key: bytes,
        commune: str,
        cameras: Sequence[str],
        demanded: Collection[Role],
        memory_kib: int = MEMORY_KIB,
    ) -> None:
        vault = Vault(key, memory_kib)
        self._journal = journal
        self.door = Door(journal, vault, demanded, commune)
        self.office = Office(journal, vault, self.door, cameras)

    async def run(self) -> None:
        """Forget sessions whose time is over, every hour."""
        while True:
            gone = await self._journal.record(forget_old_sessions)
            if gone:
                log.info("%d sessions were over", gone)
            await asyncio.sleep(SWEEP_S)
