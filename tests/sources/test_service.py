"""Items of a source become drafts once, and the source hears once which horns sounded."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from drivers.devices.source_information_http.fake import TOKEN, FakeSource, example
from drivers.transport.fake_pty import Fault
from edge.broadcast.orders import OrderMaker, Wanted
from edge.config.schema import NewsSource
from edge.control.protocol import DraftBulletin
from edge.core.broadcast import HornReport, OrderId, Outcome, Priority
from edge.core.place import HamletId, HornId
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.signing import OrderKey
from edge.sources import service
from edge.sources.service import SourceService
from edge.store.bulletins import BulletinRow, add_bulletin
from edge.store.journal import Journal, Tx
from edge.store.orders import close_report
from tests.store.village import recording

HORNS = {"loa-dong": "dong", "loa-tay": "tay"}


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Place:
    """A store, a source, and a station that keeps drafts."""

    def __init__(self, folder: Path, journal: Journal, source: FakeSource) -> None:
        self.journal = journal
        self.source = source
        self.orders = OrderMaker(OrderKey.load_or_make(folder / "order.pem"), journal.epoch)
        settings = NewsSource(id="tinh", name="Tỉnh", settings={"url": source.url, "token": TOKEN, "wait_s": 0})
        self.service = SourceService(
            (settings,), HORNS, {"dong": "Thôn Đông", "tay": "Thôn Tây"}, self.draft, journal, Bus()
        )
        self.running = asyncio.create_task(self.service.run())

    async def draft(self, wish: DraftBulletin) -> dict[str, object]:
        row = BulletinRow(
            wish.id, wish.text, "", wish.priority, tuple(wish.hamlets), "ready", wish.user, None, None, None
        )
        await self.journal.record(lambda tx: add_bulletin(tx, row))
        return {"id": wish.id}

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql).fetchall())

    async def until(self, sql: str, *wanted: tuple[object, ...]) -> None:
        async with asyncio.timeout(8):
            while await self.rows(sql) != list(wanted):
                await asyncio.sleep(0.02)

    def played(self, tx: Tx, bulletin: str, outcomes: dict[str, Outcome]) -> str:
        wanted = Wanted(
            bulletin, recording("r"), (HamletId("dong"),), tuple(map(HornId, HORNS)), Priority.THUONG, "Lan"
        )
        play = self.orders.play(tx, wanted, self.orders.prepare(tx, wanted)).id
        for horn, outcome in outcomes.items():
            close_report(tx, HornReport(OrderId.parse(play), HornId(horn), outcome, "", -18.0, 900, 9000))
        return play


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(service, "LEAST_PAUSE_S", 0.05)
    monkeypatch.setattr(service, "LONGEST_WAIT_S", 0.2)
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    source = FakeSource()
    await source.start()
    place = Place(tmp_path, journal, source)
    yield place
    place.running.cancel()
    await asyncio.gather(place.running, return_exceptions=True)
    await source.close()
    journal.close()


async def test_items_become_drafts_with_their_origin_and_class_and_nothing_is_aired(place: Place) -> None:
    place.source.put(
        replace(example(1, "khan_cap", "Bão số 4 vào lúc 22h.", now_ms()), zones=("dong", "xa-khac")),
        example(2, "thuong", "Lịch tiêm phòng.", now_ms()),
    )
    await place.until("SELECT count(*) FROM source_item", (2,))
    assert await place.rows("SELECT text, priority, hamlets, state, author, approver FROM bulletin ORDER BY text") == [
        ("Bão số 4 vào lúc 22h.", "khan_cap", '["dong"]', "ready", "Nguồn Tỉnh", None),
        ("Lịch tiêm phòng.", "thuong", '["all"]', "ready", "Nguồn Tỉnh", None),
    ]
    assert await place.rows("SELECT DISTINCT origin, state FROM source_item") == [
        ("Nguồn mô phỏng của tỉnh", "drafted")
    ]


async def test_what_is_not_for_us_or_cannot_be_read_is_refused_with_its_reason(place: Place) -> None:
    place.source.put(
        replace(example(1, "thuong", "Nơi khác.", now_ms()), zones=("xa-khac",)),
        replace(example(2, "thuong", "", now_ms()), audio_url="https://nguon.example/2.opus"),
        replace(example(3, "thuong", "Cũ.", now_ms()), valid_until_ms=now_ms() - 1),
    )
    await place.until("SELECT count(*) FROM source_item WHERE state = 'refused'", (3,))
    reasons = await place.rows("SELECT reason FROM source_item ORDER BY item")
    assert [str(reason).split(":")[0] for (reason,) in reasons] == [
        "Tin dành cho nơi khác.",
        "Tin chỉ có tệp âm thanh",
        "Tin đã hết hạn.",
    ]
    assert not await place.rows("SELECT 1 FROM bulletin")


async def test_a_source_that_gives_the_same_again_makes_no_second_draft(place: Place) -> None:
    place.source.put(example(1, "thuong", "Một.", now_ms()))
    await place.until("SELECT count(*) FROM bulletin", (1,))
    place.source.put(example(1, "thuong", "Một.", now_ms()), example(2, "thuong", "Hai.", now_ms()))
    await place.until("SELECT count(*) FROM source_item", (2,))
    assert await place.rows("SELECT count(*) FROM bulletin") == [(2,)]


async def test_plays_are_told_once_when_every_horn_has_ended(place: Place) -> None:
    place.source.put(example(1, "thuong", "Một.", now_ms()))
    await place.until("SELECT count(*) FROM bulletin", (1,))
    ((bulletin,),) = await place.rows("SELECT id FROM bulletin")
    play = await place.journal.record(
        partial(place.played, bulletin=str(bulletin), outcomes={"loa-dong": Outcome.PLAYED})
    )
    await asyncio.sleep(0.4)
    assert place.source.plays == []
    end = HornReport(OrderId.parse(play), HornId("loa-tay"), Outcome.SILENT, "", None, 3, 0)
    await place.journal.record(lambda tx: close_report(tx, end))
    await place.until("SELECT count(*) FROM source_told", (1,))
    await asyncio.sleep(0.3)
    assert [(told["horn"], told["zone"], told["outcome"], told["seconds"]) for told in place.source.plays] == [
        ("loa-dong", "dong", "PLAYED", 9.0),
        ("loa-tay", "tay", "SILENT", 0.0),
    ]


async def test_a_source_that_fails_is_asked_again_and_loses_nothing(place: Place) -> None:
    place.source.fault = Fault.GARBLED
    place.source.put(example(1, "thuong", "Một.", now_ms()))
    await asyncio.sleep(0.4)
    assert not await place.rows("SELECT 1 FROM bulletin")
    place.source.fault = Fault.NONE
    await place.until("SELECT text FROM bulletin", ("Một.",))


async def test_a_draft_whose_item_is_over_is_taken_back(place: Place) -> None:
    place.source.put(replace(example(1, "thuong", "Một.", now_ms()), valid_until_ms=now_ms() + 900))
    await place.until("SELECT state FROM bulletin", ("ready",))
    await place.until("SELECT state, comment FROM bulletin", ("returned", "Tin của nguồn đã hết hạn."))
