"""Signs from time to time how far the audit log goes."""

import asyncio
from functools import partial

from edge.kernel.statement import StatementKey
from edge.store.checkpoints import add_checkpoint
from edge.store.journal import Journal

LOOK_S = 60.0


class Sealing:
    """Looks every minute whether a statement is due (edge/store/checkpoints.py)."""

    def __init__(self, key: StatementKey, box: str, journal: Journal) -> None:
        self._key = key
        self._box = box
        self._journal = journal

    async def run(self) -> None:
        """Sign until cancelled; what the disk does not take is tried again."""
        while True:
            await self._journal.record_surely(partial(add_checkpoint, key=self._key, box=self._box))
            await asyncio.sleep(LOOK_S)
