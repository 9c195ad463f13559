"""What is kept is told on, once to whoever listens, whatever dies in between."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import nats
import pytest
from nats.js.errors import NotFoundError

from edge.core.moment import AtMs
from edge.hub.database import Database
from edge.hub.fanout import STREAM, Fanout
from edge.hub.message import message_of
from edge.hub.questions import Questions
from edge.hub.record import take
from edge.kernel.clock import SystemClock
from hil.nats import Nats, running_nats
from tests.hub.province import SOURCE, event
from tests.hub.test_record import incoming


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Nats]:
    for name, value in (("AGAIN_S", 0.2), ("STANDBY_S", 0.2), ("LEASE_MS", 1_000)):
        monkeypatch.setattr(f"edge.hub.fanout.{name}", value)
    with running_nats() as server:
        yield server


@asynccontextmanager
async def telling(database: Database, server: Nats) -> AsyncIterator[None]:
    task = asyncio.create_task(Fanout(database, SystemClock(), server.url).run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def keep(database: Database, numbers: Iterable[int]) -> None:
    await take(database, [incoming(*map(event, numbers))], AtMs(1_000))


async def heard(server: Nats, wanted: int) -> list[dict[str, Any]]:
    """The stream, once it has so many."""
    connection = await nats.connect(server.url)
    try:
        stream = connection.jetstream()
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(NotFoundError):
                    if (await stream.stream_info(STREAM)).state.messages >= wanted:
                        break
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)  # whatever comes too often comes now
        count = (await stream.stream_info(STREAM)).state.messages
        found = [await stream.get_msg(STREAM, seq) for seq in range(1, count + 1)]
        return [json.loads(message.data or b"") for message in found]
    finally:
        await connection.close()


def ids(numbers: Iterable[int]) -> list[str]:
    return [f"1-{number}" for number in numbers]


async def test_every_event_is_told_once_whole_and_in_order(database: Database, server: Nats) -> None:
    async with telling(database, server):
        await keep(database, range(1, 201))
        told = await heard(server, 200)
    assert [one["id"] for one in told] == ids(range(1, 201))
    assert {name: told[0][name] for name in event(1) if name != "time"} == {
        name: value for name, value in event(1).items() if name != "time"
    }
    assert (told[0]["arrival"], told[0]["time"]) == (1, "2026-11-22T06:21:58.123000Z")
    assert await Questions(database).backlogs() == [{"name": "nats", "behind": 0}]


async def test_several_instances_tell_no_event_twice_and_another_goes_on(database: Database, server: Nats) -> None:
    async with telling(database, server):
        async with telling(database, server):
            for first in range(1, 100, 20):
                await keep(database, range(first, first + 20))
            await heard(server, 100)
        await keep(database, range(101, 121))  # whichever of the two held the lease, one is left
        assert [one["id"] for one in await heard(server, 120)] == ids(range(1, 121))


async def test_what_was_kept_while_nats_was_dead_is_told_when_it_is_back(database: Database, server: Nats) -> None:
    async with telling(database, server):
        await keep(database, range(1, 11))
        await heard(server, 10)
        server.kill()
        await keep(database, range(11, 21))
        assert await Questions(database).backlogs() == [{"name": "nats", "behind": 10}]
        server.start()
        assert [one["id"] for one in await heard(server, 20)] == ids(range(1, 21))


async def test_whoever_died_before_the_cursor_moved_is_told_again_and_dropped(database: Database, server: Nats) -> None:
    async with telling(database, server):
        await keep(database, range(1, 31))
        await heard(server, 30)
    async with database.change() as connection:
        await connection.exec_driver_sql("UPDATE fanout SET arrival = 5, until_ms = 0")
    async with telling(database, server):
        await keep(database, range(31, 33))
        assert [one["id"] for one in await heard(server, 32)] == ids(range(1, 33))


def row(**changed: Any) -> dict[str, Any]:
    return {
        "arrival": 7, "at_ms": 0, "source": SOURCE, "id": "1-1", "type": "vn.molang.incident.opened.v1", "subject": "1",
        "seq": 1, "lane": 0, "boot": 1, "clock": "synced", "data": '{"a":1}', "received_ms": 1,
    } | changed  # fmt: skip


def test_a_subject_says_where_and_what_and_an_id_cannot_end_its_header() -> None:
    message = message_of(row(id="1\r\nX: y"))
    assert message.subject == "molang.dong-son.1.incident.opened"
    assert message.headers["Nats-Msg-Id"] == f"{SOURCE}/1%0D%0AX%3A%20y"


def test_data_too_long_for_a_message_stay_in_the_record_and_are_named() -> None:
    message = message_of(row(data=json.dumps({"a": "x" * 5_000})))
    short = json.loads(message.body(4_000))
    assert short["dataref"] == "/v1/events?after=6&limit=1"
    assert "data" not in short
    assert json.loads(message.body(10_000))["data"] == {"a": "x" * 5_000}
