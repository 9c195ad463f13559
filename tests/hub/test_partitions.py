import asyncio
import datetime as dt
from typing import Any

from edge.core.moment import AtMs
from edge.hub.database import Database
from edge.hub.partitions import AHEAD, BEHIND, make_months, months_around
from edge.hub.questions import Questions
from edge.hub.record import take
from tests.hub.province import NOW_MS, event
from tests.hub.test_record import incoming

_WHERE = "SELECT seq, tableoid::regclass::text FROM event ORDER BY seq"


async def places(database: Database) -> list[str]:
    async with database.ask() as connection:
        found: Any = await connection.exec_driver_sql(_WHERE)
        return [row[1] for row in found]


def ms(text: str) -> int:
    return round(dt.datetime.fromisoformat(text).timestamp() * 1000)


def test_months_lie_side_by_side_around_now_and_across_the_year() -> None:
    months = list(months_around(ms("2026-12-31T23:59:59Z")))
    assert [month.name for month in months][BEHIND] == "event_2026_12"
    assert months[-1].name == "event_2027_03"
    assert len(months) == BEHIND + 1 + AHEAD
    assert all(one.end_ms == other.begin_ms for one, other in zip(months, months[1:], strict=False))
    assert months[BEHIND].end_ms == ms("2027-01-01T00:00:00Z")


async def test_every_event_lies_in_its_month_and_odd_clocks_beside(new_postgres_url: str) -> None:
    database = Database(new_postgres_url)
    await database.make_tables()
    await make_months(database, NOW_MS)
    times = ("2026-11-30T23:59:59.999Z", "2026-12-01T00:00:00Z", "1970-01-01T00:00:00Z", "2199-12-31T00:00:00Z")
    await take(database, [incoming(*(event(n, time=time) for n, time in enumerate(times, 1)))], AtMs(1))
    assert await places(database) == ["event_2026_11", "event_2026_12", "event_other", "event_other"]
    assert [row["seq"] for row in await Questions(database).events(None, 0, 10)] == [1, 2, 3, 4]
    await database.close()


async def test_what_came_before_its_month_is_moved_into_it(new_postgres_url: str) -> None:
    """A box whose clock ran a year ahead: its month comes in the end, and its events must not stop it."""
    database = Database(new_postgres_url)
    await database.make_tables()
    await make_months(database, NOW_MS)
    early = incoming(event(1, time="2027-11-20T00:00:00Z"), event(2, time="2031-11-20T00:00:00Z"))
    await take(database, [early], AtMs(1))
    assert await places(database) == ["event_other", "event_other"]
    for _ in range(2):
        await make_months(database, ms("2027-11-01T00:00:00Z"))
    assert await places(database) == ["event_2027_11", "event_other"]
    (reply,) = await take(database, [early], AtMs(2))
    assert reply.rejected == ()
    assert [row["deliveries"] for row in await Questions(database).events(None, 0, 10)] == [2, 2]
    await database.close()


async def test_instances_that_start_at_once_make_every_table_once(new_postgres_url: str) -> None:
    instances = [Database(new_postgres_url) for _ in range(3)]

    async def start(database: Database) -> None:
        await database.make_tables()
        await make_months(database, NOW_MS)

    await asyncio.gather(*map(start, instances))
    for one in instances:
        await one.close()
