"""The addresses of indicators: who may what, what is asked of the supervisor, files that are handed out."""

import io
from pathlib import Path

import openpyxl
import pytest
import pytest_asyncio

from edge.core.indicator.reading import day_of
from edge.core.indicator.values import Indicator, Measured
from edge.kernel.clock import SystemClock
from edge.store.indicators import keep_value
from edge.store.journal import Journal
from edge.workers.table.book import read_book
from tests.web.stage import settings_in
from tests.web.visitor import Visitor, told
from web.app import create_app

KNOWN = (
    Indicator("khong-tien-mat", "Hộ không dùng tiền mặt", "hộ", total=2115, target_pct=80),
    Indicator("wifi", "Điểm Wi-Fi", "điểm", by_hand=False),
)
UPLOAD = "00000000-0000-4000-8000-000000000001"


@pytest_asyncio.fixture(loop_scope="session")
async def visitors(folder: Path) -> dict[str, Visitor]:
    """An operator and a technician before a store with one value."""
    journal = await Journal.open(folder / "molang.db", SystemClock())
    at_ms = day_of("10/2026")
    value = Measured(1632, at_ms, at_ms, by="Lan", note="=HYPERLINK(1)")
    await journal.record(lambda tx: keep_value(tx, KNOWN[0], value))
    journal.close()
    (folder / "table-spool").mkdir()
    app = create_app(settings_in(folder, indicators=KNOWN))
    return {role: Visitor(app, role) for role in ("operator", "technician")}


def test_everybody_behind_the_login_sees_tiles_and_only_some_may_bring_figures(visitors: dict[str, Visitor]) -> None:
    for role, may in (("operator", True), ("technician", False)):
        visitor = visitors[role]
        tiles = told(visitor.get("/api/indicators"))["indicators"]
        assert [(one["id"], one["words"], one["stands"]) for one in tiles][1] == ("wifi", "", "never")
        assert tiles[0]["words"] == "1.632/2.115 hộ"
        assert (b"ind-bring" in visitor.get("/indicators").data) is may
        body = {"value": "1.640", "day": "10/2026"}
        answers = [
            visitor.post("/api/indicators/khong-tien-mat/values", body).status_code,
            visitor.post("/api/indicators/check", {"upload": UPLOAD, "form": "csv"}).status_code,
            visitor.get("/indicators/mau.xlsx").status_code,
        ]
        assert answers == ([503, 503, 200] if may else [403, 403, 403]), "503: nobody is behind the control socket"


def test_nobody_who_is_not_logged_in_sees_a_figure(folder: Path, visitors: dict[str, Visitor]) -> None:
    stranger = Visitor(visitors["operator"].client.application)
    assert stranger.get("/api/indicators").status_code == 401
    assert stranger.get("/indicators").status_code == 302


@pytest.mark.parametrize(
    "body",
    [
        {"value": "77.2", "day": "10/2026"},
        {"value": "7", "day": "31/11/2026"},
        {"value": "7"},
        {"value": "7", "day": "10/2026", "x": 1},
        {"value": 7, "day": "10/2026"},
    ],
)
def test_what_is_no_number_and_no_day_is_refused_before_anybody_is_asked(
    visitors: dict[str, Visitor], body: dict[str, object]
) -> None:
    answer = visitors["operator"].post("/api/indicators/khong-tien-mat/values", body)
    assert answer.status_code == 400
    assert told(answer)["loi"]


def test_an_indicator_that_is_in_no_settings_is_refused(visitors: dict[str, Visitor]) -> None:
    for path in ("/api/indicators/la", "/indicators/la.csv", "/api/indicators/..%2f"):
        assert visitors["operator"].get(path).status_code in {400, 404}


def test_the_history_as_a_file_has_the_columns_of_the_import_and_no_formula(visitors: dict[str, Visitor]) -> None:
    text = visitors["operator"].get("/indicators/khong-tien-mat.csv").data.decode("utf-8-sig")
    head, line = text.splitlines()
    assert head == "Mã;Chỉ tiêu;Giá trị;Tổng số;Ngày;Ghi chú"
    assert line == "khong-tien-mat;Hộ không dùng tiền mặt;1632;;31/10/2026;'=HYPERLINK(1)"


def test_the_workbook_to_fill_in_is_one_that_the_import_reads(visitors: dict[str, Visitor]) -> None:
    data = visitors["operator"].get("/indicators/mau.xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.worksheets[0]["A2"].value == "khong-tien-mat"
    head, row = read_book(data)
    assert head == ("Mã", "Chỉ tiêu", "Giá trị", "Tổng số", "Ngày", "Ghi chú")
    assert row[:4] == ("khong-tien-mat", "Hộ không dùng tiền mặt", "", "2115")
    assert day_of(row[4])


def test_a_file_is_brought_slice_by_slice_and_no_heavier_than_it_may_be(
    folder: Path, visitors: dict[str, Visitor]
) -> None:
    operator = visitors["operator"]

    def bring(at: int, content: bytes) -> int:
        path = f"/api/indicators/file?id={UPLOAD}&at={at}"
        headers = {"X-CSRF": operator.csrf, "Content-Type": "application/octet-stream"}
        return operator.client.post(path, data=content, headers=headers).status_code

    assert [bring(0, b"a" * 1000), bring(1000, b"b"), bring(1000, b"b")] == [200, 200, 200]
    assert (folder / "table-spool" / UPLOAD).stat().st_size == 1001
    assert bring(2 * 1024 * 1024, b"b") == 400
