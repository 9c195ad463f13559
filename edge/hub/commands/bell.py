"""Wakes the polls that wait when a command was made, at whichever instance of the hub.

One question a second for all boxes of an instance, by an index: cheaper than a LISTEN connection that must be watched,
and the same for SQLite.
"""

import asyncio
import logging

from sqlalchemy import select

from edge.core.errors import TransientError
from edge.hub.database import Database
from edge.hub.tables.commands import command_line
from edge.kernel.clock import Clock

log = logging.getLogger(__name__)

LOOK_S = 1.0
LOOK_BACK_MS = 60_000
"""Instances' clocks differ, and a transaction shows when it commits, not when it began."""


class Bell:
    """``wait`` until a box has a command after a number. ``run`` must run beside."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: dict[str, tuple[int, asyncio.Event]] = {}

    async def run(self) -> None:
        """Look once a second while anybody waits."""
        while True:
            await asyncio.sleep(LOOK_S)
            if self._waiting:
                await self._look()

    async def wait(self, source: str, after: int, longest_s: float) -> None:
        """Return when there is something, or after this long. A newer poll of the same box ends the older one."""
        if source in self._waiting:
            self._waiting[source][1].set()
        mine = (after, asyncio.Event())
        self._waiting[source] = mine
        try:
            async with asyncio.timeout(longest_s):
                await mine[1].wait()
        except TimeoutError:
            pass
        finally:
            if self._waiting.get(source) is mine:
                del self._waiting[source]

    async def _look(self) -> None:
        since_ms = self._clock.now().at_ms - LOOK_BACK_MS
        asked = select(command_line.c.source, command_line.c.seq).where(command_line.c.changed_at_ms >= since_ms)
        try:
            async with self._database.change() as change:
                rows = (await change.execute(asked)).all()
        except TransientError as error:
            log.warning("the record does not say whether there are commands: %s", error)
            return
        for source, seq in rows:
            after, event = self._waiting.get(source, (seq, None))
            if event is not None and seq > after:
                event.set()
