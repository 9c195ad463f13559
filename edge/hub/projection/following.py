"""Follows the record: folds what arrived into the tables of the pages, in one instance at a time.

Arrivals become visible in their order (edge.hub.tables.events), so a cursor misses none; it moves in the transaction
that folds, so nothing counts twice. Whoever holds the cursor's row folds, the other instances pass by.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from edge.core.errors import TransientError
from edge.hub.database import Database
from edge.hub.projection.fold import READING, STATUS, TOPICS
from edge.hub.projection.told import Told, clean, short_type
from edge.hub.projection.writing import Owed, project_all, upsert
from edge.hub.tables.current import (
    alarm_now,
    box_now,
    deleted_thing,
    projection_cursor,
    projection_fault,
    reading_now,
    reading_point,
    recent_event,
)
from edge.hub.tables.events import arrivals, event
from edge.kernel.clock import Clock

log = logging.getLogger(__name__)

PAUSE_S = 0.5
GOODBYE_S = 5.0
AT_ONCE, AT_ONCE_SQLITE = 50_000, 2_000
"""Arrivals in one transaction: a box costs the same statements for one event as for many, and a province that drains at
once must not cost more an event than one box. SQLite's writer waits meanwhile, some tens of milliseconds."""
STORM, STORM_WAIT_MS = 1_000, 3_000
"""So many unfolded arrivals are boxes that drain: whichever instance looks waits until the oldest is so old."""
CURRENT = (box_now, alarm_now, reading_now, reading_point, recent_event, deleted_thing, projection_fault)
_SHOWN = or_(
    event.c.type == f"vn.molang.{READING}.v1",
    event.c.type == f"vn.molang.{STATUS}.v1",
    *(event.c.type.like(f"vn.molang.{thing.replace('_', '!_')}.%", escape="!") for thing in sorted(TOPICS)),
    event.c.type.like("%deleted.v_"),
)
_data = msgspec.json.Decoder(dict[str, Any])


class Projector:
    """Keeps the tables of the pages up to date. ``run`` follows for ever, ``step`` folds what is there now.

    With a clock, a storm is folded in pieces of some seconds.
    """

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock
        self._owed = Owed()
        self._most = AT_ONCE if database.is_postgres else AT_ONCE_SQLITE

    async def run(self) -> None:
        """Follow until cancelled; while the record does not answer, wait."""
        failing = False
        while True:
            more = False
            try:
                more = await _whole(self.step()) == self._most
                failing = False
            except TransientError as error:
                if not failing:
                    log.warning("the pages do not follow the record: %s", error)
                failing = True
            if not more:
                await asyncio.sleep(PAUSE_S)

    async def step(self) -> int:
        """Fold the next arrivals; how many."""
        async with self._database.change() as connection:
            after = await _cursor(connection)
            if after is None:
                return 0
            newest = int(await connection.scalar(select(arrivals.c.last)) or 0)
            until = min(newest, after + self._most)
            if until <= after or await self._grows(connection, after, until):
                return 0
            await _fold(connection, after, until, self._owed)
            await connection.execute(update(projection_cursor).values(arrival=until))
            return until - after

    async def _grows(self, connection: AsyncConnection, after: int, until: int) -> bool:
        """Whether a larger piece will be there in a moment, so that a box costs fewer statements an event."""
        if self._clock is None or not STORM <= until - after < self._most:
            return False
        oldest = await connection.scalar(select(event.c.received_ms).where(event.c.arrival == after + 1))
        return bool(oldest and 0 <= self._clock.now().at_ms - oldest < STORM_WAIT_MS)

    async def behind(self) -> int:
        """How many arrivals are not folded yet, here or in another instance."""
        async with self._database.ask() as connection:
            newest = int(await connection.scalar(select(arrivals.c.last)) or 0)
            return newest - int(await connection.scalar(select(projection_cursor.c.arrival)) or 0)

    async def start_again(self) -> None:
        """Forget what was folded; the next steps make it again from the record."""
        async with self._database.change() as connection:
            await _cursor(connection, wait=True)
            for table in CURRENT:
                await connection.execute(delete(table))
            await connection.execute(update(projection_cursor).values(arrival=0))


async def _whole(step: Coroutine[None, None, int]) -> int:
    """A step that was begun ends before the hub does, or its connection would outlive it."""
    task = asyncio.ensure_future(step)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=GOODBYE_S)
        raise


async def _cursor(connection: AsyncConnection, *, wait: bool = False) -> int | None:
    """How far it is folded, with the right to fold on; None while another instance has it."""
    if connection.dialect.name == "postgresql":
        row = select(projection_cursor.c.arrival).with_for_update(skip_locked=not wait)
        there = select(projection_cursor.c.one)
    else:
        row = select(projection_cursor.c.arrival)
        there = row
    found = await connection.scalar(row)
    if found is None and await connection.scalar(there) is None:
        await _begin(connection)
        return 0
    return found


async def _begin(connection: AsyncConnection) -> None:
    await upsert(connection, projection_cursor, [{"one": 1, "arrival": 0}], keep=True)


async def _fold(connection: AsyncConnection, after: int, until: int, owed: Owed) -> None:
    stretch = select(event).where(event.c.arrival > after, event.c.arrival <= until, _SHOWN)
    found = (await connection.execute(stretch.order_by(event.c.arrival))).mappings().all()
    await project_all(connection, _by_source(dict(row) for row in found), owed)


def _by_source(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Told]]:
    boxes: dict[str, list[Told]] = {}
    for row in rows:
        boxes.setdefault(str(row["source"]), []).append(_told(row))
    return boxes


def _told(row: Mapping[str, Any]) -> Told:
    names = ("id", "lane", "seq", "at_ms", "received_ms")
    own = {name: row[name] for name in names}
    return Told(type=short_type(row["type"]), subject=clean(row["subject"], 400), data=_data.decode(row["data"]), **own)
