"""What a service writes is there with its event, once, however often it is asked."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.core.broadcast import Operation, Outcome
from edge.core.errors import FinalError
from edge.store.answers import take_by_phone
from edge.store.bulletins import add_bulletin, add_recording, get_bulletin, get_recording, known_clips, set_state
from edge.store.incidents import close_incident, open_subjects, take_incident
from edge.store.journal import Journal, Tx
from edge.store.orders import add_order, close_report, last_stops, open_reports
from tests.store.village import SHA256, bulletin, intrusion, open_journal, order, recording, report
from tests.store.whole_village import fill_all


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    opened = await open_journal(tmp_path / "molang.db")
    yield opened
    opened.close()


async def count(journal: Journal, question: str) -> int:
    found = await journal.record(lambda tx: tx.row(f"SELECT count(*) FROM {question}"))
    assert found is not None
    return int(found[0])


async def test_an_incident_comes_with_its_event_its_alerts_and_its_announcement(journal: Journal) -> None:
    await journal.record(intrusion("1-7", "mau-tin"))
    assert await count(journal, "outbox WHERE type = 'incident.opened' AND subject = '1-7' AND lane = 0") == 1
    assert await count(journal, "alert WHERE incident = '1-7' AND state = 'waiting'") == 2
    assert await count(journal, "announcement WHERE incident = '1-7' AND state = 'waiting'") == 1
    assert await journal.record(open_subjects) == {"zone/1-7": "1-7"}


async def test_an_incident_that_fails_half_way_leaves_nothing(journal: Journal) -> None:
    def half(tx: Tx) -> None:
        intrusion("1-7", "mau-tin")(tx)
        raise FinalError("Mất điện giữa chừng.")

    with pytest.raises(FinalError):
        await journal.record(half)
    for table in ("incident", "outbox", "alert", "announcement"):
        assert await count(journal, table) == 0


async def test_the_same_incident_cannot_be_opened_twice(journal: Journal) -> None:
    await journal.record(intrusion("1-7"))
    with pytest.raises(FinalError, match="Không lưu được"):
        await journal.record(intrusion("1-7"))
    assert await count(journal, "outbox") == 1
    assert await count(journal, "alert") == 2


async def test_an_incident_is_closed_once(journal: Journal) -> None:
    await journal.record(intrusion("1-7"))
    closed = await journal.record(lambda tx: close_incident(tx, "zone/1-7"))
    assert closed is not None
    assert closed.id == "1-7"
    assert await journal.record(lambda tx: close_incident(tx, "zone/1-7")) is None
    assert await count(journal, "outbox WHERE type = 'incident.closed'") == 1


async def test_the_first_to_take_an_incident_counts(journal: Journal) -> None:
    await journal.record(intrusion("1-7"))
    assert await journal.record(lambda tx: take_incident(tx, "1-7", "lan", "duty"))
    assert not await journal.record(lambda tx: take_incident(tx, "1-7", "minh", "leader"))
    assert await count(journal, "incident WHERE taken_by = 'lan'") == 1
    assert await count(journal, "audit") == 1


async def test_an_answer_by_phone_takes_the_newest_incident_told_to_that_number(journal: Journal) -> None:
    await journal.record(intrusion("1-7"))
    await journal.record(lambda tx: tx.run("UPDATE alert SET state = 'sent'"))
    assert await journal.record(lambda tx: take_by_phone(tx, "900000002")) == ["1-7"]
    assert await count(journal, "incident WHERE taken_by = 'binh'") == 1
    assert await count(journal, "outbox WHERE data LIKE '%0900000002%'") == 0


async def test_an_order_has_one_report_a_horn(journal: Journal) -> None:
    await journal.record(lambda tx: add_order(tx, order("1-1"), ("loa-1", "loa-2")))
    assert await journal.record(lambda tx: close_report(tx, report("1-1", "loa-1")))
    assert not await journal.record(lambda tx: close_report(tx, report("1-1", "loa-1", Outcome.SILENT)))
    assert not await journal.record(lambda tx: close_report(tx, report("1-1", "loa-9")))
    assert await count(journal, "horn_report WHERE outcome = 'PLAYED'") == 1
    assert await count(journal, "outbox WHERE subject = '1-1/loa-1'") == 1
    [(row, horn)] = await journal.record(open_reports)
    assert (row, horn) == (order("1-1"), "loa-2")


async def test_a_bulletin_sent_twice_is_one(journal: Journal) -> None:
    assert await journal.record(lambda tx: add_bulletin(tx, bulletin("b-1")))
    assert not await journal.record(lambda tx: add_bulletin(tx, bulletin("b-1")))
    assert await count(journal, "bulletin") == 1
    assert await journal.record(lambda tx: get_bulletin(tx, "b-1")) == bulletin("b-1")


async def test_a_recording_is_kept_as_it_was_made_and_its_clip_once(journal: Journal) -> None:
    for name in ("b-1", "b-2"):
        await journal.record(lambda tx, name=name: add_bulletin(tx, bulletin(name)))  # type: ignore[misc]  # bound now
        await journal.record(lambda tx, name=name: add_recording(tx, recording(f"r-{name}"), name))  # type: ignore[misc]
    assert await journal.record(lambda tx: get_recording(tx, "r-b-2")) == recording("r-b-2")
    assert await journal.record(lambda tx: known_clips(tx, [SHA256]))
    assert await count(journal, "clip") == 1
    await journal.record(lambda tx: set_state(tx, "b-1", "approved"))
    assert await count(journal, "outbox WHERE type = 'bulletin.approved' AND subject = 'b-1'") == 1


async def test_what_is_unknown_is_said_to_be_unknown(journal: Journal) -> None:
    with pytest.raises(FinalError, match="Không có bản tin"):
        await journal.record(lambda tx: get_bulletin(tx, "b-9"))
    with pytest.raises(FinalError, match="chưa có bản ghi âm"):
        await journal.record(lambda tx: get_recording(tx, "r-9"))
    assert not await journal.record(lambda tx: take_incident(tx, "1-9", "lan", "duty"))


async def test_ids_of_two_starts_never_meet(tmp_path: Path) -> None:
    made: set[str] = set()
    for _ in range(3):
        journal = await open_journal(tmp_path / "other.db")
        fresh = {journal.new_id() for _ in range(50)}
        assert not made & fresh
        made |= fresh
        journal.close()


async def test_the_village_has_a_row_in_every_table(journal: Journal, tmp_path: Path) -> None:
    await fill_all(journal, tmp_path / "clips")
    names = await journal.with_connection(tables)
    for name in names:
        assert await count(journal, name) > 0, name


def tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [row[0] for row in rows]


@pytest.mark.parametrize("sender", ["0900000002", "84900000002", "+84900000002", "900000002"])
async def test_an_official_is_known_however_the_network_writes_the_number(journal: Journal, sender: str) -> None:
    await journal.record(intrusion("1-7"))
    await journal.record(lambda tx: tx.run("UPDATE alert SET state = 'sent'"))
    assert await journal.record(lambda tx: take_by_phone(tx, sender)) == ["1-7"]
    assert await count(journal, "incident WHERE taken_by = 'binh'") == 1
    assert await count(journal, "outbox WHERE type = 'incident.taken'") == 1


@pytest.mark.parametrize("sender", ["", "191", "%", "_________", "+1900000002", "+15900000002", "00000002", "MobiFone"])
async def test_another_number_takes_nothing(journal: Journal, sender: str) -> None:
    await journal.record(intrusion("1-7"))
    await journal.record(lambda tx: tx.run("UPDATE alert SET state = 'sent'"))
    assert await journal.record(lambda tx: take_by_phone(tx, sender)) == []
    assert await count(journal, "alert WHERE state = 'taken'") == 0


async def test_a_stop_is_remembered_until_something_sounds_there_again(journal: Journal) -> None:
    late = 32_000_000_000_000

    def orders(tx: Tx) -> None:
        add_order(tx, replace(order("1-1"), op=Operation.STOP, hamlets=("all",), exp_ms=late), ())
        add_order(tx, replace(order("1-2"), hamlets=("dong",)), ["loa-dong"])
        add_order(tx, replace(order("1-3"), op=Operation.STOP, hamlets=("tay",), exp_ms=late), ())
        add_order(tx, replace(order("1-4"), op=Operation.STOP, exp_ms=1), ())

    await journal.record(orders)
    found = await journal.record(last_stops)
    assert [(stop.order.id, stop.sound_again) for stop in found] == [("1-1", {"dong"}), ("1-3", frozenset())]
