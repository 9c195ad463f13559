"""What people of the province ask: plain questions to the record."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select

from edge.core.moment import AtMs
from edge.hub.database import STATEMENT_S, Database
from edge.hub.tables.events import box, event

MAX_ROWS = 1_000
NEWEST_ALARMS = 50
SETTLED_MS = int(STATEMENT_S * 1000) * 2
"""Two boxes' batches may be committed in another order than their numbers were given out; after so long none is."""


class Questions:
    """Each question is a transaction of its own. ``source`` None means all boxes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def boxes(self, source: str | None = None) -> list[dict[str, Any]]:
        """Totals of each box; ``missing`` counts seq numbers below the highest that never came (dead letters too)."""
        asked = select(box, (box.c.max_seq - box.c.events).label("missing")).order_by(box.c.source)
        return await self._rows(asked if source is None else asked.where(box.c.source == source))

    async def counts(self, source: str | None = None) -> list[dict[str, Any]]:
        """How many events of each type each box has sent."""
        asked = select(event.c.source, event.c.type, func.count().label("n"))
        asked = asked.group_by(event.c.source, event.c.type).order_by(event.c.source, event.c.type)
        return await self._rows(asked if source is None else asked.where(event.c.source == source))

    async def alarms(self, source: str | None = None) -> list[dict[str, Any]]:
        """The newest events of the alarm lane."""
        columns = ("source", "id", "type", "subject", "at_ms", "clock", "data", "received_ms")
        asked = select(*(event.c[name] for name in columns)).where(event.c.lane == 0)
        asked = asked.order_by(event.c.arrival.desc()).limit(NEWEST_ALARMS)
        return _with_data(await self._rows(asked if source is None else asked.where(event.c.source == source)))

    async def events(self, source: str | None, after: int, limit: int, now_ms: AtMs) -> list[dict[str, Any]]:
        """Events in the order of their arrival, from the one behind ``after``.

        Of one box at once; of all boxes only those that came ``SETTLED_MS`` ago, so that a reader who goes on behind
        the last one skips none.
        """
        asked = select(event).where(event.c.arrival > after).order_by(event.c.arrival).limit(min(limit, MAX_ROWS))
        if source is not None:
            asked = asked.where(event.c.source == source)
        elif self._database.is_postgres:
            asked = asked.where(event.c.received_ms < now_ms - SETTLED_MS)
        return _with_data(await self._rows(asked))

    async def _rows(self, asked: Select[Any]) -> list[dict[str, Any]]:
        async with self._database.change() as connection:
            return [dict(row) for row in (await connection.execute(asked)).mappings()]


def _with_data(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_decoded(row) for row in rows]


def _decoded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "data": json.loads(row["data"])}
