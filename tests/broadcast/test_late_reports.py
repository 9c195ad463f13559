"""Ends that come when nobody waits for them: each closes its row once, and only what is stored is heard."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from edge.broadcast.late_reports import LateReports
from edge.core.broadcast import CUT_OFF, LOCAL_EPOCH, Ack, AckState, HornReport, Operation, OrderId, Outcome
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal
from edge.store.late import HELD_FOR_MS, hold_reports
from edge.store.orders import OrderRow, add_order, close_report, open_reports

HORN = HornId("loa-dong")
DONE = Ack(OrderId(1, 7), HORN, AckState.DONE, AtMs(5), rms_db=-20.0, amp_ma=800, played_ms=5_000)


class Station:
    """The box's end of reports on a real store; what it says to horns is kept."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.heard: list[str] = []
        self.closed: list[HornReport] = []
        self.late = LateReports(journal, self._tell, self.closed.append)

    async def _tell(self, horn: HornId, payload: bytes) -> None:
        assert horn == HORN
        self.heard += json.loads(payload)

    async def take(self, *acks: Ack) -> None:
        wanted = len(self.heard) + sum([self.late.take(ack) for ack in acks])
        async with asyncio.timeout(5):
            while len(self.heard) < wanted:
                await asyncio.sleep(0.01)

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql).fetchall())

    async def owes(self, exp_ms: int = 0, *, held: bool = False) -> None:
        order = OrderRow("1-7", Operation.PLAY, None, None, 1, ("dong",), 5_000, exp_ms, "lan", b"signed")
        await self.journal.record(lambda tx: add_order(tx, order, [HORN]))
        if held:
            await self.journal.record(lambda tx: hold_reports(tx, HORN, ["1-7"]))


@asynccontextmanager
async def station_in(folder: Path) -> AsyncIterator[Station]:
    journal = await Journal.open(folder / "molang.db", SystemClock())
    station = Station(journal)
    task = asyncio.create_task(station.late.run())
    try:
        yield station
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        journal.close()


async def test_an_end_that_comes_days_later_closes_its_row_once_however_often_it_is_said(tmp_path: Path) -> None:
    async with station_in(tmp_path) as station:
        await station.owes()
        await station.take(DONE, DONE)
        await station.take(DONE)
        assert await station.rows("SELECT outcome, played_ms FROM horn_report") == [("PLAYED", 5_000)]
        assert await station.rows("SELECT count(*) FROM outbox WHERE type = 'horn.reported'") == [(1,)]
        assert len(station.closed) == 1
        assert station.heard == ["1-7"] * 3


async def test_what_is_heard_was_stored_before(tmp_path: Path) -> None:
    async with station_in(tmp_path) as station:
        await station.owes()
        await station.take(DONE)
    async with station_in(tmp_path) as again:
        assert await again.rows("SELECT outcome FROM horn_report") == [("PLAYED",)]


async def test_a_row_that_was_unknown_stays_so_and_gets_the_word_beside_it(tmp_path: Path) -> None:
    unknown = HornReport(OrderId(1, 7), HORN, Outcome.UNKNOWN, "im", None, None, None)
    async with station_in(tmp_path) as station:
        await station.owes()
        await station.journal.record(lambda tx: close_report(tx, unknown))
        await station.take(DONE)
        await station.take(replace(DONE, played_ms=1))
        assert await station.rows("SELECT outcome, reason FROM horn_report") == [("UNKNOWN", "im")]
        assert await station.rows("SELECT outcome, played_ms FROM late_word") == [("PLAYED", 5_000)]
        assert station.closed == []


async def test_refusals_of_copies_and_forgeries_close_nothing(tmp_path: Path) -> None:
    async with station_in(tmp_path) as station:
        await station.owes()
        for code in ("replayed", "forged", "no_clock", "expired"):
            assert not station.late.take(replace(DONE, state=AckState.REFUSED, code=code))
        assert not station.late.take(replace(DONE, state=AckState.PLAYING))
        await station.take(replace(DONE, order=OrderId(1, 8)))  # of an order that this store never had
        assert await station.rows("SELECT outcome FROM horn_report") == [(None,)]


async def test_a_play_that_was_cut_off_is_unknown_or_as_partial_as_is_known(tmp_path: Path) -> None:
    cut = replace(DONE, state=AckState.FAILED, code=CUT_OFF, err="Nút tắt.", rms_db=None, amp_ma=None)
    async with station_in(tmp_path) as station:
        await station.owes()
        await station.take(replace(cut, played_ms=0))
        assert await station.rows("SELECT outcome, reason FROM horn_report") == [("UNKNOWN", "Nút tắt.")]
        await station.take(replace(cut, played_ms=2_000))
        assert await station.rows("SELECT outcome FROM late_word") == [("PARTIAL",)]


async def test_a_held_report_is_not_taken_up_again_and_is_given_up_after_thirty_days(tmp_path: Path) -> None:
    async with station_in(tmp_path) as station:
        now = SystemClock().now().at_ms
        await station.owes(now - HELD_FOR_MS + 60_000, held=True)
        assert await station.journal.record(open_reports) == []
    async with station_in(tmp_path) as station:
        await asyncio.sleep(0.1)
        assert station.closed == []
        await station.journal.record(lambda tx: tx.run("UPDATE horn_order SET exp_ms = ?", now - HELD_FOR_MS - 1))
    async with station_in(tmp_path) as station:
        await asyncio.sleep(0.1)
        assert [report.outcome for report in station.closed] == [Outcome.UNKNOWN]


async def test_what_a_key_played_is_written_down_as_local_once(tmp_path: Path) -> None:
    local = replace(DONE, order=OrderId(LOCAL_EPOCH, 4_711), code="local:bao-dong-3")
    async with station_in(tmp_path) as station:
        await station.take(local, local)
        assert await station.rows("SELECT horn, number, template, outcome FROM local_play") == [
            (HORN, "0-4711", "bao-dong-3", "PLAYED")
        ]
        assert await station.rows("SELECT user, action FROM audit") == [(HORN, "horn.local_play")]
        assert await station.rows("SELECT count(*) FROM outbox WHERE type = 'horn.local_play'") == [(1,)]
