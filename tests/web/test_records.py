"""Air log, monthly report and residents' reports, as the server gives them."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
import pytest_asyncio
from flask import Flask

from edge.core.local_time import VIETNAM
from edge.core.policy.rights import ALLOWED, Role
from tests.web.scenery_records import HAMLETS, HORNS, fill_month
from tests.web.stage import settings_in
from tests.web.visitor import Visitor
from web.app import create_app
from web.settings import WebSettings

NOW = dt.datetime.now(VIETNAM).replace(hour=18, minute=0)


@pytest_asyncio.fixture(loop_scope="session")
async def app(folder: Path) -> Flask:
    await fill_month(folder, NOW.replace(day=3))
    settings: WebSettings = settings_in(folder, hamlets=HAMLETS, horns=HORNS)
    return create_app(settings)


DAY = f"{NOW.replace(day=3):%Y-%m-%d}"


async def test_the_log_shows_every_outcome_with_a_mark_and_its_reason(app: Flask) -> None:
    page = Visitor(app, "duty").get(f"/airlog?day={DAY}").get_data(as_text=True)
    for words in ("mark-silent", "mark-awaited", "mark-played", "Tăng âm chỉ có 3 mA: loa không kêu.", "Loa Đồi Sim 2"):
        assert words in page


async def test_the_log_is_sifted_by_day_hamlet_item_and_outcome(app: Flask) -> None:
    visitor = Visitor(app, "operator")
    silent = visitor.get(f"/airlog?day={DAY}&outcome=SILENT").get_data(as_text=True)
    assert "mark-silent" in silent
    assert "Thử loa" in silent
    assert "0 lần phát" in visitor.get("/airlog?day=2025-01-01").get_data(as_text=True)
    assert "0 lần phát" in visitor.get(f"/airlog?day={DAY}&text=khong+co+gi").get_data(as_text=True)
    assert "Mời bà con" in visitor.get(f"/airlog?day={DAY}&hamlet=dong&text=moi+ba+con").get_data(as_text=True)


@pytest.mark.parametrize("query", ["day=2026-13-01", "day=hôm nay", "outcome=LOUD", "hamlet=%3Cscript%3E", "x=1"])
async def test_a_foolish_address_is_refused_in_words(app: Flask, query: str) -> None:
    assert Visitor(app, "duty").get(f"/airlog?{query}").status_code in (400, 404)


async def test_the_csv_has_a_line_a_horn_and_no_formulas(app: Flask, folder: Path) -> None:
    answer = Visitor(app, "duty").get(f"/airlog.csv?day={DAY}")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert {"đã kêu", "không kêu", "đang chờ"} <= {row["Kết quả"] for row in rows}
    test = next(row for row in rows if row["Hạng"] == "thử loa")
    assert (test["Cụm loa"], test["Người phát"]) == ("Loa Đồi Sim 2", "tự kiểm tra")
    assert not any(value.startswith(("=", "@")) for row in rows for value in row.values())


async def test_the_report_of_the_month_is_a_page(app: Flask) -> None:
    page = Visitor(app, "leader").get(f"/report?month={NOW:%Y-%m}").get_data(as_text=True)
    for words in ("Báo cáo phát thanh tháng", "Thôn Bến Đò", "lượt phát đến các thôn", "Loa Đồi Sim 2", "Trong đó thử"):
        assert words in page
    assert "Không phát gì." in Visitor(app, "leader").get("/report?month=2026-01").get_data(as_text=True)
    assert Visitor(app, "leader").get("/report?month=2026-1").status_code == 404


async def test_residents_reports_are_listed_the_open_ones_first(app: Flask) -> None:
    page = Visitor(app, "operator").get("/residents").get_data(as_text=True)
    assert page.index("Đèn đường đầu thôn") < page.index("Loa cạnh trường học")
    assert "Đã giảm âm lượng" in page


@pytest.mark.parametrize("path", ["/airlog", "/airlog.csv", "/report", "/residents", "/report/files/x.pdf"])
async def test_strangers_see_no_records(app: Flask, path: str) -> None:
    assert Visitor(app).get(path).status_code in (302, 401)


@pytest.mark.parametrize("name", ["../molang.db", "molang.db", "phat-thanh-xa-2026-11.exe", "web.json"])
async def test_only_reports_are_handed_out(app: Flask, name: str) -> None:
    assert Visitor(app, "leader").get(f"/report/files/{name}").status_code == 404


async def test_a_report_that_was_made_is_handed_out(app: Flask, folder: Path) -> None:
    (folder / "reports").mkdir()
    (folder / "reports" / "phat-thanh-kien-giang-2026-11.pdf").write_bytes(b"%PDF-")
    assert Visitor(app, "duty").get("/report/files/phat-thanh-kien-giang-2026-11.pdf").get_data() == b"%PDF-"


@pytest.mark.parametrize("kind", ["MakeReport", "AddReport", "AnswerReport", "CloseReport"])
def test_every_request_about_records_is_a_persons(kind: str) -> None:
    assert Role.WALL not in ALLOWED[kind]
