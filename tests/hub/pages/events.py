"""Events of boxes as the pages' tests write them, and a database to put them into."""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from edge.core.moment import ClockState
from edge.hub.database import Database
from edge.kernel.wire.event import CloudEvent

NOW_MS = 1_795_000_000_000
BOX = "/xa/binh-minh/box/1"
OTHER = "/xa/tay-ho/box/1"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def told(
    number: int, kind: str, subject: str, data: dict[str, Any], *, source: str = BOX, lane: int = 1, at_ms: int = 0
) -> CloudEvent:
    """An event of a box, as the record keeps it."""
    return CloudEvent(
        specversion="1.0",
        id=f"1-{number}",
        source=source,
        type=f"vn.molang.{kind}.v1",
        subject=subject,
        time=EPOCH + dt.timedelta(milliseconds=at_ms or NOW_MS + number * 1000),
        datacontenttype="application/json",
        data=data,
        seq=number,
        lane=lane,
        bootid=1,
        clockstate=ClockState.SYNCED,
    )


def opened(number: int, incident: str, title: str, severity: str = "severe", **more: Any) -> CloudEvent:
    """An incident begins."""
    data: dict[str, Any] = {
        "kind": "flood_level",
        "severity": severity,
        "subject": "gauge/x",
        "place": "Cầu",
        "hamlet": "dong",
    }
    data |= {"title": title, "began_at_ms": NOW_MS + number * 1000} | more
    return told(number, "incident.opened", incident, data, lane=0)


def reading(number: int, station: str, value: float, at_ms: int, quality: str = "good", **more: Any) -> CloudEvent:
    """A gauge was read."""
    data = {"quantity": "level", "value": value, "unit": "m", "at_ms": at_ms, "quality": quality} | more
    return told(number, "reading.taken", station, data, lane=2)


@asynccontextmanager
async def sqlite_database(folder: Path) -> AsyncIterator[Database]:
    """A new trial database."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'hub.db'}")
    await database.make_tables()
    try:
        yield database
    finally:
        await database.close()


async def rows_of(database: Database, table: Any, names: Sequence[str] = ()) -> list[dict[str, Any]]:
    """All rows of a table, sorted, with these columns alone."""
    async with database.change() as connection:
        found = [dict(row) for row in (await connection.execute(table.select())).mappings()]
    return sorted(({name: row[name] for name in names or row} for row in found), key=str)
