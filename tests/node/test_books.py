"""The ledger and the report book on a real disk."""

from pathlib import Path

import pytest

from edge.core.broadcast import Ack, AckState, OrderId
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.node import ledger as ledgers
from edge.node import report_book
from edge.node.ledger import KEEP_MS, Ledger, Step
from edge.node.report_book import ReportBook

DAY_MS = 86_400_000


def order(seq: int) -> OrderId:
    return OrderId(1, seq)


def ack(seq: int, state: AckState = AckState.DONE) -> Ack:
    return Ack(order(seq), HornId("dong-1"), state, AtMs(5))


async def test_what_the_plan_still_has_is_remembered_however_old_and_the_rest_is_forgotten(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    for seq in (1, 2, 3):
        await ledger.begin(order(seq), DAY_MS)
    for seq in (1, 2):
        await ledger.end(order(seq), DAY_MS)
    again = Ledger(tmp_path / "ledger")
    again.prune(DAY_MS + KEEP_MS + 1, {order(1)})
    again = Ledger(tmp_path / "ledger")
    steps = [entry.step if (entry := again.entry(order(seq))) else None for seq in (1, 2, 3)]
    assert steps == [Step.ENDED, None, Step.BEGUN]
    assert [entry.order for entry in again.broken_off()] == [order(3)]


async def test_a_ledger_keeps_the_newest_when_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "MOST", 3)
    monkeypatch.setattr(ledgers, "MOST_LINES", 8)
    ledger = Ledger(tmp_path / "ledger")
    for seq in range(1, 20):
        await ledger.end(order(seq), seq)
    assert ledger.entry(order(19)) is not None
    assert ledger.entry(order(1)) is None
    assert len((tmp_path / "ledger").read_bytes().splitlines()) <= 8


async def test_a_disk_that_fails_is_told_and_memory_still_knows(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    (tmp_path / "ledger").unlink()
    (tmp_path / "ledger").mkdir()
    await ledger.begin(order(1), DAY_MS)
    assert "sổ phát" in ledger.fault
    assert ledger.entry(order(1)) is not None
    (tmp_path / "ledger").rmdir()
    await ledger.end(order(1), DAY_MS)
    assert ledger.fault == ""


async def test_reports_survive_in_their_order_and_the_first_end_of_an_order_stays(tmp_path: Path) -> None:
    book = ReportBook(tmp_path)
    said = [await book.keep(ack(seq)) for seq in (9, 2, 5)]
    assert await book.keep(ack(2, AckState.FAILED)) == said[1]
    again = ReportBook(tmp_path)
    assert again.first(9) == list(zip(map(order, (9, 2, 5)), said, strict=True))
    assert again.forget([order(2), order(7)]) == 1
    await again.keep(ack(1))
    assert [number for number, _ in ReportBook(tmp_path).first(9)] == [order(9), order(5), order(1)]


async def test_a_full_book_drops_the_oldest_and_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_book, "MOST", 3)
    book = ReportBook(tmp_path)
    for seq in range(1, 6):
        await book.keep(ack(seq))
    assert book.lost == 2
    assert [number for number, _ in ReportBook(tmp_path).first(9)] == [order(3), order(4), order(5)]


async def test_a_spoilt_report_is_set_aside_and_the_others_stay(tmp_path: Path) -> None:
    book = ReportBook(tmp_path)
    await book.keep(ack(1))
    await book.keep(ack(2))
    (tmp_path / "0000000001_1-1.json").write_bytes(b'{"id":')
    assert [number for number, _ in ReportBook(tmp_path).first(9)] == [order(2)]
    assert (tmp_path / "0000000001_1-1.damaged").exists()
