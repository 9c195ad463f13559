"""What people of the province ask of the record. ``source`` None means all boxes."""

from typing import Any

import msgspec
from sqlalchemy import Select, case, select

from edge.hub.database import Database
from edge.hub.tables.events import arrivals, box, event, event_count, event_key, fanout

MAX_ROWS = 1_000
NEWEST_ALARMS = 50
Rows = list[dict[str, Any]]
_MISSING = case((box.c.max_seq > box.c.events, box.c.max_seq - box.c.events), else_=0).label("missing")
_DELIVERED = select(event, event_key.c.deliveries).join(
    event_key, (event_key.c.source == event.c.source) & (event_key.c.id == event.c.id)
)


class Questions:
    """Each is one small transaction; raises TransientError when the record does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def boxes(self, source: str | None = None) -> Rows:
        """Totals of each box; ``missing`` is how many of its seq numbers never came (dead letters too)."""
        return await self._rows(_of(select(box, _MISSING), box.c.source, source).order_by(box.c.source))

    async def counts(self, source: str | None = None) -> Rows:
        """How many events of each type each box has sent."""
        asked = _of(select(event_count), event_count.c.source, source)
        return await self._rows(asked.order_by(event_count.c.source, event_count.c.type))

    async def alarms(self, source: str | None = None) -> Rows:
        """The newest events of the alarm lane."""
        asked = _of(select(event).where(event.c.lane == 0), event.c.source, source)
        return _with_data(await self._rows(asked.order_by(event.c.arrival.desc()).limit(NEWEST_ALARMS)))

    async def events(self, source: str | None, after: int, limit: int) -> Rows:
        """Events in the order of their arrival, from the one behind ``after``."""
        asked = _of(_DELIVERED.where(event.c.arrival > after), event.c.source, source)
        return _with_data(await self._rows(asked.order_by(event.c.arrival).limit(min(limit, MAX_ROWS))))

    async def backlogs(self) -> Rows:
        """Every reader of arrivals and how many events it has still before it."""
        behind = (arrivals.c.last - fanout.c.arrival).label("behind")
        return await self._rows(select(fanout.c.name, behind).select_from(fanout.join(arrivals, arrivals.c.one == 1)))

    async def _rows(self, asked: Select[Any]) -> Rows:
        async with self._database.ask() as connection:
            return [dict(row) for row in (await connection.execute(asked)).mappings()]


def _of(asked: Select[Any], column: Any, source: str | None) -> Select[Any]:
    return asked if source is None else asked.where(column == source)


def _with_data(rows: Rows) -> Rows:
    return [row | {"data": msgspec.json.decode(row["data"])} for row in rows]
