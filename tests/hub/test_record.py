import asyncio
import random
import sqlite3
from pathlib import Path

import pytest

from edge.core.errors import MisconfiguredError
from edge.core.moment import AtMs
from edge.hub.batch import read_batch
from edge.hub.database import Database, trial_url
from edge.hub.questions import Questions
from edge.hub.record import Incoming, take
from edge.kernel.wire.event import BatchReply
from tests.hub.province import SOURCE, event, packed

OTHER = "/xa/tay-son/box/1"


def incoming(*events: object, source: str = SOURCE) -> Incoming:
    return Incoming(source, read_batch(packed(events), source))


async def take_one(database: Database, *events: object, source: str = SOURCE, now_ms: int = 1_000) -> BatchReply:
    (reply,) = await take(database, [incoming(*events, source=source)], AtMs(now_ms))
    return reply


async def test_a_batch_that_comes_twice_is_stored_once_and_counted(database: Database) -> None:
    for _ in range(3):
        assert await take_one(database, event(1), event(2)) == BatchReply(acked_seq=2)
    ask = Questions(database)
    assert [(one["id"], one["deliveries"]) for one in await ask.events(None, 0, 10)] == [("1-1", 3), ("1-2", 3)]
    (box,) = await ask.boxes()
    assert (box["events"], box["duplicates"], box["batches"], box["missing"]) == (2, 4, 3, 0)


@pytest.mark.parametrize("changed", [{"data": {"title": "khác"}}, {"time": "2026-12-24T06:21:58.123Z"}, {"seq": 9}])
async def test_an_id_used_for_another_event_is_rejected_not_swallowed(
    database: Database, changed: dict[str, object]
) -> None:
    await take_one(database, event(1), event(9))
    reply = await take_one(database, event(1, **changed), event(2))
    assert [one.id for one in reply.rejected] == ["1-1"]
    (box,) = await Questions(database).boxes()
    assert (box["events"], box["rejected"], box["duplicates"]) == (3, 1, 0)


async def test_an_id_with_two_contents_in_one_transaction_keeps_the_first(database: Database) -> None:
    first, second = event(1, data={"n": 1}), event(1, data={"n": 2})
    once, twice = await take(database, [incoming(first), incoming(second, first, event(2))], AtMs(1))
    assert once.rejected == ()
    assert [one.id for one in twice.rejected] == ["1-1"]
    rows = await Questions(database).events(None, 0, 10)
    assert [(one["id"], one["data"], one["deliveries"]) for one in rows] == [
        ("1-1", {"n": 1}, 2),
        ("1-2", event(2)["data"], 1),
    ]
    (box,) = await Questions(database).boxes()
    assert (box["events"], box["duplicates"], box["rejected"], box["batches"]) == (2, 1, 1, 2)


async def test_the_same_batch_twice_in_one_transaction_is_kept_once(database: Database) -> None:
    await take(database, [incoming(event(1)), incoming(event(1))], AtMs(1))
    (row,) = await Questions(database).events(None, 0, 10)
    assert row["deliveries"] == 2


async def test_two_communes_may_use_the_same_ids(database: Database) -> None:
    await take(database, [incoming(event(1)), incoming(event(1, source=OTHER), source=OTHER)], AtMs(1))
    ask = Questions(database)
    assert [one["source"] for one in await ask.events(None, 0, 10)] == [SOURCE, OTHER]
    assert len(await ask.events(SOURCE, 0, 10)) == 1


async def test_numbers_that_never_came_are_counted_as_missing(database: Database) -> None:
    reply = await take_one(database, event(2), event(5), event(3, lane=9))
    assert reply.acked_seq == 5
    (box,) = await Questions(database).boxes()
    assert (box["max_seq"], box["missing"], box["rejected"]) == (5, 3, 1)


async def test_a_sign_of_life_moves_last_seen_only(database: Database) -> None:
    await take_one(database, event(1), now_ms=1_000)
    await take_one(database, now_ms=9_000)
    (box,) = await Questions(database).boxes()
    assert (box["first_seen_ms"], box["last_seen_ms"], box["events"]) == (1_000, 9_000, 1)


async def test_arrivals_have_no_gap_and_alarms_and_counts_are_told(database: Database) -> None:
    await take_one(database, *(event(number, lane=number % 2) for number in range(1, 5)))
    await take_one(database, event(4, lane=0), event(5))
    ask = Questions(database)
    assert [one["arrival"] for one in await ask.events(None, 0, 10)] == [1, 2, 3, 4, 5]
    assert [one["id"] for one in await ask.alarms()] == ["1-5", "1-4", "1-2"]
    assert [(one["type"], one["n"]) for one in await ask.counts(SOURCE)] == [("vn.molang.incident.opened.v1", 5)]


async def test_whatever_text_a_box_may_send_is_kept_as_it_is(database: Database) -> None:
    odd = event(
        1, id="a\n\r'\"\\✓", subject="x" * 400, data={"\u0000": "\u0000 \U0001f4a9", "n": [1.5, None, True, {}]}
    )
    reply = await take_one(database, odd, event(2, subject="a\u0000b"), event(3, id="\u0000"))
    assert [one.id for one in reply.rejected] == ["1-2", "\u0000"]
    (row,) = await Questions(database).events(None, 0, 10)
    assert (row["id"], row["data"]) == (odd["id"], odd["data"])


async def test_any_order_of_any_resends_ends_with_every_event_once(database: Database) -> None:
    chance = random.Random(5)
    everything = [event(number, lane=number % 4) for number in range(1, 121)]
    for _ in range(10):
        await take(database, [incoming(*chance.sample(everything, chance.randint(1, 30))) for _ in range(4)], AtMs(1))
    await take_one(database, *everything)
    rows = await Questions(database).events(SOURCE, 0, 1000)
    assert sorted(row["seq"] for row in rows) == list(range(1, 121))
    (box,) = await Questions(database).boxes()
    assert (box["events"], box["missing"], box["rejected"]) == (120, 0, 0)
    assert sum(row["deliveries"] for row in rows) == box["events"] + box["duplicates"]


async def test_one_batch_at_several_instances_at_once_is_kept_once(database_url: str, database: Database) -> None:
    instances = [Database(database_url) for _ in range(3)]
    everything = [event(number) for number in range(1, 101)]
    await asyncio.gather(*(take_one(one, *everything) for one in instances for _ in range(2)))
    (box,) = await Questions(database).boxes()
    assert (box["events"], box["duplicates"]) == (100, 500)
    for one in instances:
        await one.close()


async def test_batches_of_many_boxes_at_once_are_all_kept(database: Database) -> None:
    sources = [f"/xa/xa-{number}/box/1" for number in range(8)]
    await asyncio.gather(
        *(take_one(database, *(event(n, source=one) for n in range(1, 21)), source=one) for one in sources)
    )
    rows = await Questions(database).events(None, 0, 1000)
    assert [row["arrival"] for row in rows] == list(range(1, 161))
    assert all([row["seq"] for row in rows if row["source"] == one] == list(range(1, 21)) for one in sources)


async def test_a_trial_is_on_the_disk_before_the_answer(tmp_path: Path) -> None:
    database = Database(trial_url(tmp_path))
    await database.make_tables()
    async with database.change() as connection:
        assert (await connection.exec_driver_sql("PRAGMA synchronous")).scalar() == 2  # FULL
    await database.close()
    assert sqlite3.connect(tmp_path / "hub.db").execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_the_database_of_the_first_trial_is_refused_by_name(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "hub.db") as old:
        old.execute("CREATE TABLE event (source TEXT, id TEXT)")
    with pytest.raises(MisconfiguredError, match=r"hub\.db là của bản dùng thử đầu tiên"):
        await Database(trial_url(tmp_path)).make_tables()


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://a/b", "nonsense"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(MisconfiguredError, match="--database"):
        Database(url)
