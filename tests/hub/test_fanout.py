"""What is kept is told on, once to whoever listens, whatever dies in between."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import nats
import pytest

from edge.core.errors import TransientError
from edge.core.moment import AtMs
from edge.hub.batch import read_batch
from edge.hub.database import Database
from edge.hub.fanout import STREAM, FanOut, subject_of
from edge.hub.ledger import take_batch
from edge.kernel.keep_running import keep_running
from hil.nats import NO_NATS, Server, running_server
from tests.hub.province import SOURCE, event, packed

pytestmark = pytest.mark.skipif(bool(NO_NATS), reason=NO_NATS)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with running_server() as server:
        yield server


@pytest.fixture
async def record(record_url: str) -> AsyncIterator[Database]:
    database = Database(record_url)
    await database.make_tables(dt.date(2026, 11, 28))
    yield database
    await database.close()


@asynccontextmanager
async def telling(record: Database, server: Server) -> AsyncIterator[FanOut]:
    fanout = FanOut(record, server.url)
    task = asyncio.create_task(keep_running("fan-out", fanout.run, longest_wait_s=0.2))
    try:
        yield fanout
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def keep(record: Database, numbers: Iterator[int] | range) -> None:
    batch = read_batch(packed(map(event, numbers)), SOURCE)
    await take_batch(record, SOURCE, batch, AtMs(1_000))


async def heard(server: Server, wanted: int) -> list[str]:
    """The ids in the stream, once there are so many."""
    connection = await nats.connect(server.url)
    try:
        stream = connection.jetstream()
        async with asyncio.timeout(20):
            while True:
                try:
                    if (await stream.stream_info(STREAM)).state.messages >= wanted:
                        break
                except nats.js.errors.NotFoundError:
                    pass
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)  # whatever comes too often comes now
        count = (await stream.stream_info(STREAM)).state.messages
        found = [await stream.get_msg(STREAM, seq) for seq in range(1, count + 1)]
        return [str((message.headers or {}).get("Molang-Id")) for message in found]
    finally:
        await connection.close()


async def test_every_event_is_told_once_and_in_order(record: Database, server: Server) -> None:
    async with telling(record, server) as fanout:
        await keep(record, range(1, 151))
        fanout.nudge(SOURCE)
        assert await heard(server, 150) == [f"1-{number}" for number in range(1, 151)]


async def test_two_instances_tell_no_event_twice(record: Database, server: Server) -> None:
    async with telling(record, server) as one, telling(record, server) as other:
        for first in range(1, 400, 40):
            await keep(record, range(first, first + 40))
            one.nudge(SOURCE)
            other.nudge(SOURCE)
        assert sorted(await heard(server, 400)) == sorted(f"1-{number}" for number in range(1, 401))


async def test_what_was_kept_while_nats_was_dead_is_told_when_it_is_back(record: Database, server: Server) -> None:
    async with telling(record, server) as fanout:
        await keep(record, range(1, 11))
        fanout.nudge(SOURCE)
        await heard(server, 10)
        await server.kill()
        await keep(record, range(11, 21))
        fanout.nudge(SOURCE)
        await asyncio.sleep(0.5)
        await server.start()
        fanout.nudge(SOURCE)
        assert await heard(server, 20) == [f"1-{number}" for number in range(1, 21)]


async def test_without_nats_nothing_is_lost_and_the_error_is_named(record: Database) -> None:
    with pytest.raises(TransientError, match="NATS"):
        await FanOut(record, "nats://127.0.0.1:1").run()


def test_a_subject_says_where_how_urgent_and_what() -> None:
    assert subject_of(SOURCE, 0, "vn.molang.incident.opened.v1") == "xa.dong-son.1.0.incident.opened.v1"
