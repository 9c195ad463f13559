"""The commune's reports are made in time, each once, written down, told to the province, and signed."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from edge.config.schema import Hub
from edge.core.errors import FinalError
from edge.core.moment import ClockState
from edge.core.recording import Who
from edge.core.report.document import Document
from edge.core.report.period import Kind
from edge.kernel.wire.report import ReportWritten, WriteReport
from edge.records.health import HealthLog, ModemState, Senses
from edge.records.report_hours import BOX, ReportHours
from edge.records.reports import Reports
from edge.store.device_states import resume
from edge.store.journal import Journal
from edge.store.outbox import mark_acked
from edge.workers.report.child import write_report
from hil.prove.province.report_reading import counted, sheets
from hil.prove.province.report_village import DAY_MS, HOUR_MS, SetClock, fill, local_ms, village

HUB = Hub(url="https://127.0.0.1:1", ca="-", cert="-", key="-")
SINCE = local_ms(2026, 10, 10)
SECRETS = ("0900000000", "Lê Thị Lan", "Trần Văn Minh", "Hoa", "Mời bà con")


async def here(job: WriteReport) -> ReportWritten:
    """What the child does, in this process: a start of Python a report would take a minute in all."""
    return write_report(job)


@dataclass
class Place:
    """A box's store with three days in it, and what reports need."""

    folder: Path
    clock: SetClock
    journal: Journal

    @property
    def reports(self) -> Reports:
        database = self.folder / "molang.db"
        return Reports(village(self.folder, HUB), database, self.folder / "reports", self.journal, here)

    def hours(self) -> ReportHours:
        return ReportHours(village(self.folder), self.reports, self.journal)

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "molang.db")) as database:
            return database.execute(sql).fetchall()


@pytest.fixture(scope="module")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("days") / "molang.db"
    asyncio.run(fill(database, SINCE, 3))
    return database


@pytest.fixture
async def place(tmp_path: Path, three_days: Path) -> AsyncIterator[Place]:
    shutil.copy(three_days, tmp_path / "molang.db")
    clock = SetClock(SINCE + HOUR_MS)
    journal = await Journal.open(tmp_path / "molang.db", clock)
    yield Place(tmp_path, clock, journal)
    journal.close()


async def test_a_report_is_made_at_its_hour_once_and_a_missed_one_after_the_start(place: Place) -> None:
    hours = place.hours()
    assert await hours.look() == []
    place.clock.at_ms = SINCE + DAY_MS + 6 * HOUR_MS - 1
    assert await hours.look() == []
    place.clock.at_ms += 1
    assert await hours.look() == ["ngay-2026-10-10"]
    assert await hours.look() == []
    place.clock.at_ms = SINCE + 3 * DAY_MS + 7 * HOUR_MS
    assert await place.hours().look() == ["ngay-2026-10-12", "ngay-2026-10-11"]
    events = place.ask("SELECT lane, subject FROM outbox WHERE type = 'report.made'")
    assert events == [(1, "ngay-2026-10-10"), (1, "ngay-2026-10-12"), (1, "ngay-2026-10-11")]
    deeds = place.ask("SELECT user, detail FROM audit WHERE action = 'report.make'")
    assert (BOX.user, "ngay-2026-10-11") in deeds


async def test_a_clock_that_is_unsure_makes_nothing_until_it_is_known(place: Place) -> None:
    hours = place.hours()
    await hours.look()
    place.clock.at_ms, place.clock.state = SINCE + 400 * DAY_MS, ClockState.RTC
    assert await hours.look() == []
    place.clock.at_ms, place.clock.state = SINCE + DAY_MS + 7 * HOUR_MS, ClockState.FLOOR
    assert await hours.look() == []
    place.clock.state = ClockState.SYNCED
    assert await hours.look() == ["ngay-2026-10-10"]


async def test_a_report_from_the_future_is_made_again_when_its_time_is_there(place: Place) -> None:
    hours = place.hours()
    await hours.look()
    place.clock.at_ms = SINCE + 2 * DAY_MS + 7 * HOUR_MS
    assert await hours.look() == ["ngay-2026-10-11", "ngay-2026-10-10"]
    place.clock.at_ms = SINCE + DAY_MS + 7 * HOUR_MS
    assert await hours.look() == ["ngay-2026-10-10-lan2"]
    place.clock.at_ms = SINCE + 2 * DAY_MS + 8 * HOUR_MS
    assert await hours.look() == ["ngay-2026-10-11-lan2"]


async def test_what_the_province_is_told_has_figures_and_no_people(place: Place) -> None:
    place.clock.at_ms = SINCE + 3 * DAY_MS + 7 * HOUR_MS
    made = await place.reports.make_commune(Kind.DAY, "2026-10-11", BOX)
    ((data,),) = place.ask("SELECT data FROM outbox WHERE type = 'report.made'")
    told = json.loads(str(data))
    assert told["due_ms"] == {"tinh": SINCE + 2 * DAY_MS + 9 * HOUR_MS}
    assert told["figures"]["plays"] > 0
    assert not [secret for secret in SECRETS if secret in str(data)]
    pdf, xlsx = place.ask("SELECT path, kind, subject, event FROM media_upload ORDER BY path")
    assert pdf[:3] == (f"reports/bao-cao-kien-giang-{made['id']}.pdf", "report", made["id"])
    assert xlsx[3] == pdf[3] == place.ask("SELECT event FROM report")[0][0]


async def test_the_forms_say_the_same_and_no_notice_is_a_formula(place: Place) -> None:
    place.clock.at_ms = SINCE + 3 * DAY_MS + 7 * HOUR_MS
    made = await place.reports.make_commune(Kind.DAY, "2026-10-12", BOX)
    stem = place.folder / "reports" / f"bao-cao-kien-giang-{made['id']}"
    document = msgspec.json.decode(stem.with_name(f"{stem.name}.json").read_bytes(), type=Document)
    truth = counted(place.folder / "molang.db", SINCE + 2 * DAY_MS, SINCE + 3 * DAY_MS)
    assert {name: document.figures.get(name) for name in truth} == pytest.approx(truth, abs=0.051)
    book = sheets(stem.with_name(f"{stem.name}.xlsx"))  # a formula is an error there
    assert "Tóm tắt" in book
    assert sum(float(row[1] or 0) for row in book["Theo loại"][1:]) == truth["incidents"]


async def test_a_day_that_goes_on_is_told_as_far_as_it_went_and_stays_in_the_commune(place: Place) -> None:
    place.clock.at_ms = SINCE + DAY_MS // 2
    made = await place.reports.make_commune(Kind.DAY, "2026-10-10", Who("Lan", "operator"))
    assert place.ask("SELECT complete, event FROM report") == [(0, None)]
    assert place.ask("SELECT count(*) FROM outbox WHERE type LIKE 'report.%'") == [(0,)]
    again = await place.reports.make_commune(Kind.DAY, "2026-10-10", Who("Lan", "operator"))
    assert (made["id"], again["id"]) == ("ngay-2026-10-10", "ngay-2026-10-10-lan2")
    with pytest.raises(FinalError, match="chưa bắt đầu"):
        await place.reports.make_commune(Kind.DAY, "2027-10-10", BOX)


async def test_a_report_is_sent_when_the_province_has_it_and_a_signature_is_sent_again(place: Place) -> None:
    place.clock.at_ms = SINCE + DAY_MS + 7 * HOUR_MS
    hours = place.hours()
    made = await place.reports.make_commune(Kind.DAY, "2026-10-10", BOX)
    await _acked(place)
    await hours.look()
    assert place.ask("SELECT state FROM report") == [("sent",)]
    draft = place.folder / "reports" / f"bao-cao-kien-giang-{made['id']}.pdf"
    signed = draft.with_name(f"{draft.stem}.da-ky.pdf")
    signed.write_bytes(draft.read_bytes() + b"\nsignature")
    await place.reports.keep_signed(made["id"], signed.name, "Nguyễn Văn Mẫu, Chủ tịch", Who("Mẫu", "leader"))
    assert place.ask("SELECT state, sent_at_ms, signed_by FROM report") == [
        ("signed", None, "Nguyễn Văn Mẫu, Chủ tịch")
    ]
    assert place.ask("SELECT count(*) FROM media_upload WHERE path LIKE 'reports/%.da-ky.pdf'") == [(1,)]
    await _acked(place)
    await hours.look()
    assert place.ask("SELECT state FROM report") == [("sent",)]


async def test_another_file_is_no_signature_of_this_report(place: Place) -> None:
    place.clock.at_ms = SINCE + DAY_MS + 7 * HOUR_MS
    made = await place.reports.make_commune(Kind.DAY, "2026-10-10", BOX)
    draft = place.folder / "reports" / f"bao-cao-kien-giang-{made['id']}.pdf"
    data = bytearray(draft.read_bytes() + b"\nsignature")
    data[100] ^= 1
    draft.with_name("khac.pdf").write_bytes(data)
    for name in ("khac.pdf", draft.name, "khong-co.pdf"):
        with pytest.raises(FinalError):
            await place.reports.keep_signed(made["id"], name, "x", Who("Mẫu", "leader"))
    assert place.ask("SELECT state FROM report") == [("draft",)]


async def _acked(place: Place) -> None:
    events = [str(event) for (event,) in place.ask("SELECT id FROM outbox WHERE type LIKE 'report.%'")]
    at_ms = place.clock.at_ms
    await place.journal.with_connection(lambda connection: mark_acked(connection, events, at_ms))


async def test_the_health_of_the_box_is_written_down_once_a_change(tmp_path: Path) -> None:
    clock = SetClock(SINCE)
    journal = await Journal.open(tmp_path / "molang.db", clock)
    uplink = ["up"]
    modems = {"sim-1": ModemState(ok=True, signal_dbm=-80.0)}
    log = HealthLog(journal, tmp_path, Senses(lambda: uplink[0], lambda: modems))
    place = Place(tmp_path, clock, journal)
    try:
        await journal.record(resume)
        for step in range(8):
            clock.at_ms, clock.steady_s = SINCE + (step + 1) * 20_000, step * 20.0
            uplink[0] = "down" if step in (3, 4) else "up"
            await log.look()
        clock.at_ms += HOUR_MS
        await journal.record(resume)
    finally:
        journal.close()
    changes = "SELECT (at_ms - 1791565200000) / 1000, state FROM device_state WHERE subject = '{}'"
    assert SINCE == 1_791_565_200_000
    assert place.ask(changes.format("uplink")) == [(20, "online"), (80, "offline"), (120, "online"), (120, "unwatched")]
    assert place.ask(changes.format("box")) == [(0, "online"), (120, "offline"), (3760, "online")]
    assert place.ask(changes.format("modem/sim-1/signal")) == [(20, "measured")]
    assert place.ask("SELECT count(*) FROM device_state WHERE subject = 'disk' AND value <= whole") == [(1,)]
