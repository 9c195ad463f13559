"""Transactions as the services see them: a connection, one moment, ids, events and deeds together."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

from edge.core.errors import MolangError, TransientError
from edge.core.moment import Moment
from edge.kernel.clock import Clock
from edge.store.audit import Deed, add_deed
from edge.store.ids import Ids, get_meta, next_boot, put_meta
from edge.store.outbox import Event, add_event
from edge.store.outbox_room import count_unqueued
from edge.store.writer import Rescue, Writer

log = logging.getLogger(__name__)

AGAIN_S = 1.0
T = TypeVar("T")


class Tx:
    """One transaction. All that is done through it is durable together, or not at all."""

    def __init__(
        self, connection: sqlite3.Connection, now: Moment, ids: Ids, closed: Collection[int] = frozenset()
    ) -> None:
        self.connection = connection
        self.now = now
        self._ids = ids
        self._closed = closed

    def event(self, lane: int, kind: str, subject: str, data: dict[str, Any]) -> str:
        """Tell the province; the event's id. A lane that is closed for want of room only counts it: no id, then."""
        if lane in self._closed:
            count_unqueued(self.connection, lane, self.now.at_ms)
            return ""
        event = Event(self._ids.next(), lane, kind, subject, data)
        add_event(self.connection, event, self._ids.boot, self.now)
        return event.id

    def new_id(self) -> str:
        """An id that no other row has."""
        return self._ids.next()

    def deed(self, user: str, role: str, action: str, detail: str) -> None:
        """Write down who did it."""
        add_deed(self.connection, Deed(self.now.at_ms, user, role, action, detail))

    def run(self, sql: str, *values: object) -> sqlite3.Cursor:
        """One statement."""
        return self.connection.execute(sql, values)

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """The first row of a question, or None."""
        found: tuple[Any, ...] | None = self.connection.execute(sql, values).fetchone()
        return found


class Journal:
    """The store of this start of the box."""

    def __init__(self, writer: Writer, clock: Clock, ids: Ids, epoch: int) -> None:
        self._writer = writer
        self._ids = ids
        self._overdue = asyncio.Lock()
        self.closed_lanes: frozenset[int] = frozenset()
        """Lanes of the outbox that there is no room for (edge/core/policy/lanes.py)."""
        self.clock = clock
        self.epoch = epoch

    @classmethod
    async def open(cls, path: Path, clock: Clock, rescue: Rescue | None = None) -> "Journal":
        """Open the database, count this boot, and read the epoch of the order sequence; ``rescue`` as for the writer.

        Raises TransientError, with the file closed again, when the disk takes nothing.
        """
        writer = Writer(path, rescue=rescue)

        def begin(connection: sqlite3.Connection) -> tuple[int, int]:
            epoch = int(get_meta(connection, "epoch", "1"))
            put_meta(connection, "epoch", str(epoch))
            return next_boot(connection), epoch

        try:
            boot, epoch = await writer.write(begin)
        except MolangError:
            writer.close()
            raise
        return cls(writer, clock, Ids(boot), epoch)

    def new_id(self) -> str:
        """An id that no other row has."""
        return self._ids.next()

    async def record(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` as one transaction; its value is returned once it is durable."""
        now = self.clock.now()
        return await self._writer.write(lambda connection: work(Tx(connection, now, self._ids, self.closed_lanes)))

    async def record_surely(self, work: Callable[[Tx], T]) -> T:
        """Like ``record``, but tried again for as long as the disk fails: for what has happened already.

        ``work`` may run several times; only its last run counts. After a failure things are written in the order in
        which they came: what waits for air time must not start before the STOP that came first is written.
        """
        if not self._overdue.locked():
            try:
                return await self.record(work)
            except TransientError as error:
                log.error("not written down yet, trying on: %s", error)  # noqa: TRY400 - the trace adds nothing
        async with self._overdue:  # asyncio's lock is fair: who waits longest is next
            return await self._record_in_the_end(work)

    async def _record_in_the_end(self, work: Callable[[Tx], T]) -> T:
        while True:
            try:
                return await self.record(work)
            except TransientError:
                await asyncio.sleep(AGAIN_S)

    async def with_connection(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run plain store functions (outbox) as one transaction."""
        return await self._writer.write(work)

    @property
    def alive(self) -> bool:
        """Whether writing works."""
        return self._writer.alive

    @property
    def fault(self) -> str:
        """Why the disk takes nothing now; empty while it does."""
        return self._writer.fault

    @property
    def wrote_s(self) -> float:
        """When something was last made durable, in seconds of the monotonic clock."""
        return self._writer.wrote_s

    def close(self) -> None:
        """Finish and close."""
        self._writer.close()
