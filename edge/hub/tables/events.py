"""What boxes sent: events, who sent them, and how far each lane of each box has come.

PostgreSQL wants the key of its partitions in every unique key, so the key of an event is (source, id, at_ms) there. The
time of an event is part of what it is: the same event sent again has the same one and meets itself in the same
partition; an id that comes with another time is found by ``edge.hub.ledger`` before anything is inserted.
"""

import datetime as dt

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncConnection

from edge.hub.tables import metadata

Big = BigInteger().with_variant(Integer, "sqlite")
MONTHS_AHEAD = 3
MONTHS_BACK = 1

box = Table(
    "box",
    metadata,
    Column("source", Text, primary_key=True),
    Column("first_seen_ms", Big, nullable=False),
    Column("last_seen_ms", Big, nullable=False),
    Column("batches", Big, nullable=False, server_default="0"),
    Column("events", Big, nullable=False, server_default="0"),
    Column("duplicates", Big, nullable=False, server_default="0"),
    Column("rejected", Big, nullable=False, server_default="0"),
    Column("max_seq", Big, nullable=False, server_default="0"),
)

lane_mark = Table(
    "lane_mark",
    metadata,
    Column("source", Text, primary_key=True),
    Column("lane", SmallInteger, primary_key=True),
    Column("max_seq", Big, nullable=False),
)
"""The highest seq of each lane: a lane keeps its order, so what lies above has never been here."""

event = Table(
    "event",
    metadata,
    Column("source", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("at_ms", Big, primary_key=True),
    Column("arrival", Big, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("seq", Big, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("boot", Big, nullable=False),
    Column("clock", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("received_ms", Big, nullable=False),
    Column("batch", Big, nullable=False),
    Column("deliveries", Integer, nullable=False, server_default="1"),
    Index("event_of_box", "source", "arrival"),
    Index("event_alarm", "arrival", sqlite_where=text("lane = 0"), postgresql_where=text("lane = 0")),
    postgresql_partition_by="RANGE (at_ms)",
)


async def make_partitions(connection: AsyncConnection, today: dt.date) -> None:
    """A partition a month, some ahead; whatever else comes (a box whose clock is years off) goes into ``event_other``.

    A month that ``event_other`` already holds rows of stays there: nothing is moved while boxes are sending.
    """
    await connection.execute(text("CREATE SEQUENCE IF NOT EXISTS event_arrival"))
    told = (
        "SELECT column_default FROM information_schema.columns WHERE table_name = 'event' AND column_name = 'arrival'"
    )
    if not (await connection.execute(text(told))).scalar_one():  # it locks the table: only once
        await connection.execute(text("ALTER TABLE event ALTER COLUMN arrival SET DEFAULT nextval('event_arrival')"))
    await connection.execute(text("CREATE TABLE IF NOT EXISTS event_other PARTITION OF event DEFAULT"))
    for ahead in range(-MONTHS_BACK, MONTHS_AHEAD + 1):
        first, after = month_of(today, ahead), month_of(today, ahead + 1)
        begins, ends = milliseconds(first), milliseconds(after)
        held = text("SELECT EXISTS (SELECT 1 FROM event_other WHERE at_ms >= :begins AND at_ms < :ends)")
        if (await connection.execute(held, {"begins": begins, "ends": ends})).scalar_one():
            continue
        name = f"event_{first:%Y_%m}"
        await connection.execute(
            text(f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF event FOR VALUES FROM ({begins}) TO ({ends})")
        )


def month_of(day: dt.date, ahead: int) -> dt.date:
    """The first day of the month that lies so many months after that of ``day``."""
    months = day.year * 12 + day.month - 1 + ahead
    return dt.date(months // 12, months % 12 + 1, 1)


def milliseconds(day: dt.date) -> int:
    """Its beginning in UTC milliseconds."""
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()) * 1000
