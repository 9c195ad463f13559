"""The commune's reports as the server gives them, and in a real browser."""

import asyncio
import shutil
from pathlib import Path

import pytest
from flask import Flask
from playwright.async_api import expect

from edge.core.policy.rights import ALLOWED, Role
from edge.core.recording import Who
from edge.core.report.period import Kind
from edge.kernel.wire.report import ReportWritten, WriteReport
from edge.records.reports import Reports
from edge.store.journal import Journal
from edge.workers.report.child import write_report
from hil.prove.province.report_village import DAY_MS, HAMLETS, HORNS, SetClock, fill, local_ms, village
from tests.web.screen import NEEDS_CHROMIUM, PHONE, browser_page, log_in
from tests.web.stage import Stage, only_a_door, settings_in, until_it_answers, web_process, write
from tests.web.visitor import Visitor
from tests.workers.live.browser import free_port
from web.app import create_app

SINCE = local_ms(2026, 10, 11)


async def here(job: WriteReport) -> ReportWritten:
    return write_report(job)


async def make(folder: Path) -> None:
    await fill(folder / "molang.db", SINCE, 2)
    journal = await Journal.open(folder / "molang.db", SetClock(SINCE + 2 * DAY_MS + 1))
    reports = Reports(village(folder), folder / "molang.db", folder / "reports", journal, here)
    try:
        await reports.make_commune(Kind.DAY, "2026-10-11", Who("hộp", "box"))
        await reports.make_commune(Kind.DAY, "2026-10-12", Who("Lan", "operator"))
        await reports.make_commune(Kind.MONTH, "2026-10", Who("Lan", "operator"))
    finally:
        journal.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    asyncio.run(make(folder))
    return folder


@pytest.fixture
def app(made: Path) -> Flask:
    return create_app(settings_in(made, hamlets=HAMLETS, horns=HORNS))


def test_the_list_has_the_month_and_its_days_newest_first(app: Flask) -> None:
    page = Visitor(app, "operator").get("/reports?month=2026-10").get_data(as_text=True)
    assert page.index("Báo cáo tháng 10/2026") < page.index("/reports/ngay-2026-10-12") < page.index("ngay-2026-10-11")
    assert "chưa hết kỳ" in page
    assert "chờ gửi" in page
    assert "chưa có báo cáo nào" in Visitor(app, "leader").get("/reports?month=2026-01").get_data(as_text=True)


def test_a_report_shows_what_was_made_with_its_charts(app: Flask) -> None:
    page = Visitor(app, "leader").get("/reports/ngay-2026-10-11").get_data(as_text=True)
    for words in ("Báo cáo tình hình ngày 11/10/2026", "Mực nước sông Kiến Giang", "<svg", "molang reports sign ngay-"):
        assert words in page
    assert "0900000" not in page


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_its_files_are_handed_out(app: Flask, form: str) -> None:
    answer = Visitor(app, "technician").get(f"/reports/ngay-2026-10-11/{form}")
    assert answer.get_data()[:2] == {"pdf": b"%P", "xlsx": b"PK"}[form]


@pytest.mark.parametrize(
    "path", ["ngay-2026-10-11/signed", "ngay-2026-10-11/json", "ngay-2026-10-11/exe", "x", "x/pdf"]
)
def test_what_is_not_there_is_not_handed_out(app: Flask, path: str) -> None:
    assert Visitor(app, "leader").get(f"/reports/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/reports", "/reports/ngay-2026-10-11", "/reports/ngay-2026-10-11/pdf"])
def test_strangers_and_the_duty_officer_see_no_report_of_the_commune(app: Flask, path: str) -> None:
    assert Visitor(app).get(path).status_code in (302, 401)
    assert Visitor(app, "duty").get(path).status_code == 403


@pytest.mark.parametrize("address", ["?month=2026-1", "?month=hôm nay"])
def test_a_foolish_month_is_refused(app: Flask, address: str) -> None:
    assert Visitor(app, "leader").get(f"/reports{address}").status_code == 404


def test_a_report_whose_content_was_changed_on_the_disk_is_not_shown(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "spoilt")
    (file,) = (tmp_path / "spoilt" / "reports").glob("*ngay-2026-10-11.json")
    file.write_bytes(file.read_bytes().replace("Kiến".encode(), "Kiên".encode()))
    page = Visitor(create_app(settings_in(tmp_path / "spoilt")), "leader").get("/reports/ngay-2026-10-11")
    assert "đã bị đổi sau khi lập" in page.get_data(as_text=True)


def test_a_signature_is_kept_for_a_leader_or_a_technician_alone() -> None:
    assert ALLOWED["KeepSignedReport"] == {Role.LEADER, Role.TECHNICIAN}
    assert Role.OPERATOR in ALLOWED["MakeCommuneReport"]


@NEEDS_CHROMIUM
async def test_a_report_is_opened_on_a_phone_and_nothing_sticks_out(made: Path, tmp_path: Path) -> None:
    port = free_port()
    settings = settings_in(made, hamlets=HAMLETS, horns=HORNS, port=port)
    write(settings, tmp_path / "web.json")
    async with only_a_door(settings), web_process(tmp_path / "web.json") as web, browser_page(PHONE) as page:
        running = Stage(f"http://127.0.0.1:{port}", None, web, None, None)  # type: ignore[arg-type]  # the pages alone
        await until_it_answers(running.url)
        await log_in(page, running, "leader", "/reports")
        await page.goto(f"{running.url}/reports?month=2026-10")
        await page.click("a.day >> nth=0")
        await expect(page.locator("h1")).to_have_text("Báo cáo tình hình ngày 12/10/2026")
        await expect(page.locator("svg.chart").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
