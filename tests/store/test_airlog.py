"""The air log is a question to what is stored anyway."""

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from edge.broadcast import orders as orders_of_box
from edge.broadcast.orders import OrderMaker, Wanted
from edge.core.airlog import AWAITED
from edge.core.broadcast import HornReport, Operation, OrderId, Outcome, Priority
from edge.core.place import HamletId, HornId
from edge.kernel.clock import SystemClock
from edge.kernel.signing import OrderKey
from edge.store.airlog import AirQuery, air_log, all_airings
from edge.store.bulletins import add_bulletin
from edge.store.journal import Journal, Tx
from edge.store.orders import close_report
from edge.store.reader import Reader
from tests.store.village import SHA256, bulletin, intrusion, recording

HORNS = (HornId("loa-dong"), HornId("loa-tay"))


def aired(tx: Tx, orders: OrderMaker, name: str, text: str, incident: str | None = None) -> str:
    row = replace(bulletin(name), text=text, author="Lan", approver="Minh", incident=incident)
    add_bulletin(tx, row)
    wanted = Wanted(name, recording("r"), (HamletId("dong"),), HORNS, Priority.THUONG, "Hoa")
    return orders.play(tx, wanted, orders.prepare(tx, wanted)).id


def ended(tx: Tx, number: str, outcomes: dict[str, Outcome]) -> None:
    for horn, outcome in outcomes.items():
        reason = "" if outcome is Outcome.PLAYED else "Tăng âm chỉ có 3 mA."
        close_report(
            tx, HornReport(OrderId.parse(number), HornId(horn), outcome, reason, -18.0, 900, 9000, level_db=-12.0)
        )


@pytest.fixture
async def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Reader]:
    """A notice heard in one of two hamlets, an alarm with a horn that owes its report, a test, and a STOP."""
    monkeypatch.setattr(orders_of_box, "TOGETHER_LEAD_MS", 0)  # they were made in the order in which they sounded
    path = tmp_path / "molang.db"
    journal = await Journal.open(path, SystemClock())
    orders = OrderMaker(OrderKey.load_or_make(tmp_path / "order.pem"), journal.epoch)
    await journal.record(intrusion("9-1"))
    first = await journal.record(partial(aired, orders=orders, name="b-1", text="Mời bà con họp thôn."))
    await journal.record(partial(ended, number=first, outcomes={HORNS[0]: Outcome.PLAYED, HORNS[1]: Outcome.SILENT}))
    alarm = await journal.record(partial(aired, orders=orders, name="b-2", text="Có người lạ ở kho.", incident="9-1"))
    await journal.record(partial(ended, number=alarm, outcomes={HORNS[0]: Outcome.PLAYED}))
    test = Wanted(None, recording("r-t"), (), (HORNS[1],), Priority.THUONG, "Kỳ")
    await journal.record(lambda tx: orders.play(tx, test, orders.prepare(tx, test), Operation.TEST))
    await journal.record(lambda tx: orders.stop(tx, (HamletId("dong"),), "Hoa"))
    with closing(Reader(path)) as found:
        yield found
    journal.close()


def items(reader: Reader, query: AirQuery = AirQuery()) -> list[str]:  # noqa: B008 - a frozen value
    """By their words: a play begins together on all horns a moment after it was ordered, a test at once."""
    return sorted(one.item for one in air_log(reader, query).airings)


async def test_one_row_an_airing_with_who_wrote_approved_and_aired_it(reader: Reader) -> None:
    notice = air_log(reader, AirQuery(text="hop thon")).airings[0]
    assert (notice.item, notice.kind) == ("Mời bà con họp thôn.", "thường")
    assert (notice.author, notice.approver, notice.by_user) == ("Lan", "Minh", "Hoa")
    assert notice.clips == (SHA256,)
    assert [(end.horn, end.outcome, end.played_ms, end.level_db) for end in notice.horns] == [
        ("loa-dong", Outcome.PLAYED, 9000, -12.0),
        ("loa-tay", Outcome.SILENT, 9000, -12.0),
    ]
    assert (notice.worst, notice.seconds) == (Outcome.SILENT, 9.0)


async def test_a_stop_is_no_airing_and_a_test_and_an_alarm_are_named(reader: Reader) -> None:
    assert {(one.item, one.kind) for one in air_log(reader, AirQuery()).airings} == {
        ("Thử loa", "thử loa"),
        ("Có người lạ ở kho.", "mẫu tự động"),
        ("Mời bà con họp thôn.", "thường"),
    }


async def test_filters_by_hamlet_outcome_words_and_time(reader: Reader) -> None:
    assert items(reader, AirQuery(outcome=Outcome.SILENT)) == ["Mời bà con họp thôn."]
    assert items(reader, AirQuery(outcome=AWAITED)) == ["Có người lạ ở kho.", "Thử loa"]
    assert items(reader, AirQuery(hamlet="tay", horns=("loa-tay",))) == [
        "Có người lạ ở kho.",
        "Mời bà con họp thôn.",
        "Thử loa",
    ]
    assert items(reader, AirQuery(hamlet="nam")) == []
    assert items(reader, AirQuery(hamlet="dong")) == ["Có người lạ ở kho.", "Mời bà con họp thôn."]
    assert items(reader, AirQuery(text="nguoi la")) == ["Có người lạ ở kho."]
    assert items(reader, AirQuery(until_ms=1)) == []


async def test_pages_follow_each_other_without_gap_or_repetition(reader: Reader) -> None:
    found, before = [], ""
    while True:
        page = air_log(reader, AirQuery(limit=1, before=before))
        found += [one.item for one in page.airings]
        before = page.next
        if not before:
            break
    assert found == [one.item for one in all_airings(reader, AirQuery())]
    assert sorted(found) == items(reader)


async def test_what_a_key_at_a_horn_played_stands_in_the_log_too(reader: Reader, tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    await journal.record(
        lambda tx: tx.run(
            "INSERT INTO local_play (horn, number, template, ended_at_ms, told_at_ms, outcome, reason, rms_db, amp_ma,"
            " played_ms) VALUES ('loa-dong', '0-7', 'so-tan', ?, ?, 'PLAYED', '', -18.0, 900, 9000)",
            tx.now.at_ms + 60_000,
            tx.now.at_ms,
        )
    )
    journal.close()
    key = air_log(reader, AirQuery()).airings[0]
    assert (key.item, key.kind, key.seconds) == ("Phát bằng công tắc tại loa: so-tan", "công tắc tại loa", 9.0)
    assert [(end.horn, end.outcome) for end in key.horns] == [("loa-dong", Outcome.PLAYED)]
    assert key.item in items(reader, AirQuery(hamlet="dong", horns=("loa-dong",)))


async def test_days_of_a_busy_log_are_found_by_its_index(reader: Reader) -> None:
    plan = reader.rows("EXPLAIN QUERY PLAN SELECT * FROM airing WHERE began_ms >= 1 AND began_ms < 2")
    assert any("horn_order_began" in row["detail"] for row in plan)
