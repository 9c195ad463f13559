"""The record keeps every event once, on PostgreSQL as on SQLite."""

import asyncio
import datetime as dt
import random
from collections.abc import AsyncIterator, Sequence

import pytest
from sqlalchemy import text

from edge.core.errors import TransientError
from edge.core.moment import AtMs
from edge.hub.batch import read_batch
from edge.hub.database import Database
from edge.hub.ledger import take_batch
from edge.hub.questions import SETTLED_MS, Questions
from edge.hub.tables.events import make_partitions
from edge.kernel.wire.event import BatchReply
from hil.postgres import NO_POSTGRES, Cluster
from tests.hub.province import SOURCE, event, packed

TODAY = dt.date(2026, 11, 28)
LATER = AtMs(10**15)
OTHER = "/xa/tay-son/box/1"


@pytest.fixture
async def record(record_url: str) -> AsyncIterator[Database]:
    database = Database(record_url)
    await database.make_tables(TODAY)
    yield database
    await database.close()


async def take(record: Database, *events: object, source: str = SOURCE, now_ms: int = 1_000) -> BatchReply:
    return await take_batch(record, source, read_batch(packed(events), source), AtMs(now_ms))


async def all_of(record: Database, source: str | None = SOURCE) -> list[dict[str, object]]:
    return await Questions(record).events(source, 0, 1000, LATER)


async def test_a_batch_that_comes_twice_is_stored_once_and_counted(record: Database) -> None:
    for _ in range(3):
        assert await take(record, event(1), event(2)) == BatchReply(acked_seq=2)
    assert [(one["id"], one["deliveries"]) for one in await all_of(record)] == [("1-1", 3), ("1-2", 3)]
    (box,) = await Questions(record).boxes()
    assert (box["events"], box["duplicates"], box["batches"], box["missing"]) == (2, 4, 3, 0)


@pytest.mark.parametrize("changed", [{"data": {"title": "khác"}}, {"time": "2026-12-24T06:21:58.123Z"}, {"seq": 9}])
async def test_an_id_used_for_another_event_is_rejected_not_swallowed(
    record: Database, changed: dict[str, object]
) -> None:
    await take(record, event(1), event(9))
    reply = await take(record, event(1, **changed), event(2))
    assert [one.id for one in reply.rejected] == ["1-1"]
    (box,) = await Questions(record).boxes()
    assert (box["events"], box["rejected"], box["duplicates"]) == (3, 1, 0)


async def test_the_same_id_twice_in_one_batch_is_one_event_or_a_refusal(record: Database) -> None:
    assert (await take(record, event(1), event(1))).rejected == ()
    reply = await take(record, event(2), event(2, data={"title": "khác"}))
    assert [one.id for one in reply.rejected] == ["1-2"]
    assert [one["id"] for one in await all_of(record)] == ["1-1", "1-2"]


async def test_two_communes_may_use_the_same_ids(record: Database) -> None:
    await take(record, event(1))
    await take(record, event(1, source=OTHER), source=OTHER)
    assert [one["source"] for one in await all_of(record, None)] == [SOURCE, OTHER]
    assert len(await all_of(record)) == 1


async def test_numbers_that_never_came_are_counted_as_missing(record: Database) -> None:
    reply = await take(record, event(2), event(5), event(3, lane=9))
    assert reply.acked_seq == 5
    (box,) = await Questions(record).boxes()
    assert (box["max_seq"], box["missing"], box["rejected"]) == (5, 3, 1)


async def test_a_sign_of_life_moves_last_seen_only(record: Database) -> None:
    await take(record, event(1), now_ms=1_000)
    await take(record, now_ms=9_000)
    (box,) = await Questions(record).boxes()
    assert (box["first_seen_ms"], box["last_seen_ms"], box["events"]) == (1_000, 9_000, 1)


async def test_an_old_lane_that_comes_after_a_newer_one_is_new(record: Database) -> None:
    await take(record, event(900, lane=0))
    reply = await take(record, *(event(number, lane=2) for number in range(1, 50)))
    assert reply.acked_seq == 900
    (box,) = await Questions(record).boxes()
    assert (box["events"], box["duplicates"], box["missing"]) == (50, 0, 850)


async def test_a_clock_that_is_years_off_is_kept_too(record: Database) -> None:
    times = ("1970-01-01T00:00:00Z", "2031-05-05T00:00:00Z", "2199-01-01T00:00:00Z")
    await take(record, *(event(number, time=time) for number, time in enumerate(times, 1)))
    assert [one["id"] for one in await all_of(record)] == ["1-1", "1-2", "1-3"]


async def test_instances_that_make_the_tables_at_once_do_not_meet(record_url: str) -> None:
    instances = [Database(record_url) for _ in range(4)]
    await asyncio.gather(*(one.make_tables(TODAY) for one in instances))
    for one in instances:
        await one.close()


async def test_one_batch_at_several_instances_at_once_is_kept_once(record_url: str) -> None:
    instances = [Database(record_url) for _ in range(3)]
    await instances[0].make_tables(TODAY)
    await asyncio.gather(*(take(one, *map(event, range(1, 101))) for one in instances for _ in range(2)))
    (box,) = await Questions(instances[0]).boxes()
    assert (box["events"], box["duplicates"]) == (100, 500)
    for one in instances:
        await one.close()


async def test_any_order_of_any_resends_ends_with_every_event_once(record: Database) -> None:
    chance = random.Random(5)
    everything = [event(number, lane=number % 4) for number in range(1, 121)]
    for _ in range(40):
        await take(record, *chance.sample(everything, chance.randint(1, 30)))
    await take(record, *everything)
    kept = await all_of(record)
    assert sorted(int(str(one["seq"])) for one in kept) == list(range(1, 121))
    (box,) = await Questions(record).boxes()
    assert (box["events"], box["missing"], box["rejected"]) == (120, 0, 0)


async def test_a_reader_of_all_boxes_sees_only_what_has_settled(record: Database) -> None:
    await take(record, event(1), now_ms=50_000)
    seen = [len(await Questions(record).events(None, 0, 10, AtMs(now))) for now in (50_001, 50_001 + SETTLED_MS)]
    assert seen == ([0, 1] if record.is_postgres else [1, 1])


@pytest.mark.skipif(bool(NO_POSTGRES), reason=NO_POSTGRES)
async def test_a_new_month_gets_its_partition_unless_its_rows_came_before_it(cluster: Cluster) -> None:
    cluster.execute("CREATE DATABASE months")
    record = Database(cluster.url("months"))
    await record.make_tables(TODAY)
    await take(record, event(1, time="2027-05-20T00:00:00Z"), event(2), event(3, time="2027-02-28T23:59:59Z"))
    async with record.change() as connection:
        await make_partitions(connection, dt.date(2027, 3, 1))
        names = (await connection.execute(text("SELECT tableoid::regclass::text FROM event ORDER BY seq"))).scalars()
        assert list(names) == ["event_other", "event_2026_11", "event_2027_02"]
    assert (await take(record, event(1, time="2027-05-20T00:00:00Z"))).rejected == ()
    assert [one["deliveries"] for one in await all_of(record)] == [2, 1, 1]
    await record.close()


@pytest.mark.skipif(bool(NO_POSTGRES), reason=NO_POSTGRES)
async def test_a_record_that_died_is_told_and_taken_up_again(cluster: Cluster) -> None:
    cluster.execute("CREATE DATABASE dies")
    record = Database(cluster.url("dies"))
    await record.make_tables(TODAY)
    await take(record, event(1))
    cluster.kill()
    with pytest.raises(TransientError, match="Kho dữ liệu của tỉnh"):
        await take(record, event(2))
    cluster.start()
    assert (await take(record, event(1), event(2))).acked_seq == 2
    await record.close()


@pytest.mark.parametrize("names", [("synchronous_commit", "fsync")])
async def test_every_commit_is_on_the_disk_before_the_answer(record: Database, names: Sequence[str]) -> None:
    async with record.change() as connection:
        if record.is_postgres:
            told = [(await connection.execute(text(f"SHOW {name}"))).scalar_one() for name in names]
            assert told == ["on", "on"]
        else:
            assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == 2  # FULL
            assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
