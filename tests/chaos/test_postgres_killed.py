"""PostgreSQL killed under the province's record: what was committed is there, and the record works again by itself."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from edge.core.errors import TransientError
from edge.hub.database import Database
from hil.postgres import NO_POSTGRES, Cluster, running_cluster

pytestmark = pytest.mark.skipif(bool(NO_POSTGRES), reason=NO_POSTGRES)

KILLS = 3
LANES = 4
BACK_S = 20.0


@pytest.fixture
def postgres() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


async def write_on_and_on(database: Database, lane: int, kept: set[int], numbers: Iterator[int]) -> None:
    """One row a transaction; only what was committed is noted."""
    while True:
        number = next(numbers)
        try:
            async with database.change() as connection:
                await connection.execute(
                    text("INSERT INTO kept (n, lane) VALUES (:n, :lane)"), {"n": number, "lane": lane}
                )
        except TransientError:
            await asyncio.sleep(0.05)
        else:
            kept.add(number)


async def test_what_was_committed_survives_kills_and_the_record_works_again_by_itself(postgres: Cluster) -> None:
    database, kept = Database(postgres.url()), set[int]()
    numbers = iter(range(10**9))
    async with database.change() as connection:
        await connection.execute(text("CREATE TABLE kept (n BIGINT PRIMARY KEY, lane INTEGER)"))
    writers = [asyncio.create_task(write_on_and_on(database, lane, kept, numbers)) for lane in range(LANES)]
    try:
        for _ in range(KILLS):
            await more(kept, 50)
            postgres.kill()
            await asyncio.sleep(0.2)
            await asyncio.to_thread(postgres.start)
            await more(kept, 50)
            promised = frozenset(kept)
            assert promised <= await stored(database)
    finally:
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
        await database.close()


async def more(kept: set[int], count: int) -> None:
    """Wait until so many more are committed."""
    wanted = len(kept) + count
    async with asyncio.timeout(BACK_S):
        while len(kept) < wanted:
            await asyncio.sleep(0.02)


async def stored(database: Database) -> set[int]:
    """What a new transaction sees."""
    async with database.change() as connection:
        return {n for (n,) in await connection.execute(text("SELECT n FROM kept"))}
