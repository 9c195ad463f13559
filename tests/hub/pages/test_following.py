from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from edge.core.moment import AtMs
from edge.hub.batch import Checked
from edge.hub.database import Database
from edge.hub.projection.following import CURRENT, Projector
from edge.hub.record import Incoming, take
from edge.kernel.wire.event import CloudEvent
from hil.postgres import BIN, running_postgres
from tests.hub.pages.events import BOX, NOW_MS, OTHER, opened, reading, rows_of, told

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    if not BIN.exists():
        pytest.skip("PostgreSQL 15 is not installed: the pages' tables were tried on SQLite alone")
    with running_postgres() as postgres:
        yield postgres.make_database("pages")


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'hub.db'}"
    else:
        url = request.getfixturevalue("cluster")
    database = Database(url)
    await database.make_tables()
    try:
        yield database
    finally:
        await database.close()


async def record(database: Database, events: Sequence[CloudEvent], source: str = BOX) -> None:
    for start in range(0, len(events), 200):
        batch = Checked(tuple(events[start : start + 200]), ())
        await take(database, [Incoming(source, batch)], AtMs(NOW_MS))


async def fold_all(database: Database) -> None:
    projector = Projector(database)
    while await projector.step():
        pass


async def everything(database: Database) -> list[list[dict[str, Any]]]:
    return [await rows_of(database, table) for table in CURRENT]


def seen(number: int, source: str = BOX) -> CloudEvent:
    return told(number, "detection.seen", "cam-1", {"label": "person"}, lane=2, source=source)


async def test_the_record_is_followed_to_its_end_and_can_be_followed_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AT_ONCE", "AT_ONCE_SQLITE"):
        monkeypatch.setattr(f"edge.hub.projection.following.{name}", 700)
    number = 1_000
    await record(database, [opened(1, "1-1", "Nước lên"), *(seen(n) for n in range(2, number))])
    await record(database, [seen(1, OTHER)], OTHER)
    await record(database, [reading(number, "cau", 2.5, NOW_MS), told(number + 1, "incident.closed", "1-1", {})])
    await fold_all(database)
    first = await everything(database)
    alarms, values = first[1], first[2]
    assert [(row["title"], row["ended_ms"]) for row in alarms] == [("Nước lên", NOW_MS + (number + 1) * 1000)]
    assert [row["value"] for row in values] == [2.5]
    await Projector(database).start_again()
    assert not any(await everything(database))
    await fold_all(database)
    assert await everything(database) == first
