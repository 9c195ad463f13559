import sqlite3
from functools import partial
from pathlib import Path

from edge.core.moment import AtMs
from edge.hub.batch import read_batch
from edge.hub.ledger import MIGRATIONS, take_batch
from edge.hub.questions import Questions
from edge.kernel.wire.event import BatchReply
from edge.store.writer import Writer
from tests.hub.province import SOURCE, event, packed


async def take(writer: Writer, *events: object, source: str = SOURCE, now_ms: int = 1_000) -> BatchReply:
    batch = read_batch(packed(events), source)
    return await writer.write(partial(take_batch, source=source, batch=batch, now_ms=AtMs(now_ms)))


async def test_a_batch_that_comes_twice_is_stored_once_and_counted(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "hub.db", MIGRATIONS)
    for _ in range(3):
        reply = await take(writer, event(1), event(2))
        assert reply == BatchReply(acked_seq=2)
    writer.close()
    questions = Questions(tmp_path / "hub.db")
    assert [(one["id"], one["deliveries"]) for one in questions.events(None, 0, 10)] == [("1-1", 3), ("1-2", 3)]
    (box,) = questions.boxes()
    assert (box["events"], box["duplicates"], box["batches"], box["missing"]) == (2, 4, 3, 0)


async def test_an_id_used_for_another_event_is_rejected_not_swallowed(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "hub.db", MIGRATIONS)
    await take(writer, event(1))
    reply = await take(writer, event(1, data={"title": "khác"}), event(2))
    writer.close()
    assert [one.id for one in reply.rejected] == ["1-1"]
    assert Questions(tmp_path / "hub.db").boxes()[0]["events"] == 2


async def test_two_communes_may_use_the_same_ids(tmp_path: Path) -> None:
    other = "/xa/tay-son/box/1"
    writer = Writer(tmp_path / "hub.db", MIGRATIONS)
    await take(writer, event(1))
    await take(writer, event(1, source=other), source=other)
    writer.close()
    questions = Questions(tmp_path / "hub.db")
    assert [one["source"] for one in questions.events(None, 0, 10)] == [SOURCE, other]
    assert len(questions.events(SOURCE, 0, 10)) == 1


async def test_numbers_that_never_came_are_counted_as_missing(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "hub.db", MIGRATIONS)
    reply = await take(writer, event(2), event(5), event(3, lane=9))
    writer.close()
    assert reply.acked_seq == 5
    (box,) = Questions(tmp_path / "hub.db").boxes()
    assert (box["max_seq"], box["missing"], box["rejected"]) == (5, 3, 1)


async def test_a_sign_of_life_moves_last_seen_only(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "hub.db", MIGRATIONS)
    await take(writer, event(1), now_ms=1_000)
    await take(writer, now_ms=9_000)
    writer.close()
    (box,) = Questions(tmp_path / "hub.db").boxes()
    assert (box["first_seen_ms"], box["last_seen_ms"], box["events"]) == (1_000, 9_000, 1)


async def test_every_commit_is_on_the_disk_before_the_answer(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "hub.db", MIGRATIONS)
    (mode,) = await writer.write(lambda connection: connection.execute("PRAGMA synchronous").fetchone())
    writer.close()
    assert mode == 2  # FULL
    assert sqlite3.connect(tmp_path / "hub.db").execute("PRAGMA journal_mode").fetchone() == ("wal",)
