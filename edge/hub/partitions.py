"""The months of the events in PostgreSQL: made ahead, and what fell outside is moved in when its month is made."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from edge.hub.database import Database
from edge.hub.tables.events import OTHER

BEHIND, AHEAD = 2, 3
"""Months around now. A box keeps 30 days; whatever has another time lies in ``event_other`` and is as safe there."""
_THERE = (
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'event'::regclass"
)


@dataclass(frozen=True, slots=True)
class Month:
    """A partition: ``begin_ms`` belongs to it, ``end_ms`` does not."""

    name: str
    begin_ms: int
    end_ms: int


def months_around(now_ms: int) -> Iterator[Month]:
    """The months that must exist at this moment, in UTC."""
    now = dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC)
    this = now.year * 12 + now.month - 1
    for number in range(this - BEHIND, this + AHEAD + 1):
        begin, end = _first_day(number), _first_day(number + 1)
        yield Month(f"event_{begin:%Y_%m}", _ms(begin), _ms(end))


async def make_months(database: Database, now_ms: int) -> None:
    """Make the months around now that are missing; nothing to do on SQLite."""
    if not database.is_postgres:
        return
    async with database.change() as connection:
        await database.be_alone(connection)
        rows = await connection.exec_driver_sql(_THERE)
        there = {str(name) for (name,) in rows}
        for month in months_around(now_ms):
            if month.name not in there:
                await _make(connection, month)


async def _make(connection: AsyncConnection, month: Month) -> None:
    """A month may not be added while its rows lie elsewhere: a box whose clock ran a year ahead has put some there."""
    between = f"at_ms >= {month.begin_ms} AND at_ms < {month.end_ms}"
    for statement in (
        f"CREATE TABLE {month.name} (LIKE event INCLUDING ALL)",
        f"WITH moved AS (DELETE FROM {OTHER} WHERE {between} RETURNING *) INSERT INTO {month.name} SELECT * FROM moved",  # noqa: S608 # numbers and names of our own
        f"ALTER TABLE event ATTACH PARTITION {month.name} FOR VALUES FROM ({month.begin_ms}) TO ({month.end_ms})",
    ):
        await connection.exec_driver_sql(statement)


def _first_day(number: int) -> dt.datetime:
    return dt.datetime(number // 12, number % 12 + 1, 1, tzinfo=dt.UTC)


def _ms(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)
