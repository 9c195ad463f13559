"""A month's report is made by a child, and reads in Vietnamese."""

import asyncio
import datetime as dt
import shutil
import subprocess
import xml.etree.ElementTree as Tree
import zipfile
from pathlib import Path

import pytest

from edge.config.schema import Broker, Commune, Config, Hamlet, Horn, Media, Web
from edge.core.errors import FinalError
from edge.core.local_time import VIETNAM
from edge.core.recording import Who
from edge.kernel.clock import SystemClock
from edge.records.reports import Reports
from edge.store.journal import Journal
from tests.web.scenery_records import HAMLETS, HORNS, fill_month

WHO = Who("Lan", "operator")
NOW = dt.datetime.now(VIETNAM)
MONTH = f"{NOW:%Y-%m}"
FIRST = Path("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf")


def config(folder: Path) -> Config:
    return Config(
        commune=Commune(id="kien-giang", name="Xã Kiến Giang", data=str(folder)),
        web=Web(wall_token="0123456789abcdef"),
        broker=Broker(ca="-", cert="-", key="-"),
        media=Media(url="https://box.test", ca="-", cert="-", key="-"),
        hamlet=tuple(Hamlet(id=hamlet, name=name) for hamlet, name in HAMLETS.items()),
        horn=tuple(Horn(id=horn, name=name, hamlet=hamlet) for horn, (name, hamlet) in HORNS.items()),
    )


async def made(tmp_path: Path, form: str, month: str = MONTH) -> Path:
    await fill_month(tmp_path, NOW)
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    reports = Reports(config(tmp_path), tmp_path / "molang.db", tmp_path / "reports", journal)
    try:
        answer = await reports.make(month, form, WHO)  # type: ignore[arg-type]  # one of the two forms
        deeds = await journal.record(lambda tx: tx.run("SELECT user, action, detail FROM audit").fetchall())
        assert ("Lan", "report.make", answer["file"]) in deeds
    finally:
        journal.close()
    path = tmp_path / "reports" / str(answer["file"])
    assert path.stat().st_size == answer["bytes"]
    return path


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(not FIRST.exists(), reason="Debian's fonts-noto-core is not installed")
async def test_the_pdf_has_its_letters_and_its_numbers(tmp_path: Path) -> None:
    path = await made(tmp_path, "pdf")
    assert path.read_bytes().startswith(b"%PDF-1.")
    if shutil.which("pdftotext") is None:
        print("pdftotext is not installed: the text was not read back")  # noqa: T201
        return
    text = await asyncio.to_thread(text_of, path)
    for words in ("Báo cáo phát thanh tháng", "Thôn Bến Đò", "Loa Đồi Sim 2", "LÃNH ĐẠO XÃ", "Trang 1/"):
        assert words in text


async def test_the_workbook_has_numbers_for_numbers_and_words_for_words(tmp_path: Path) -> None:
    path = await made(tmp_path, "xlsx")
    with zipfile.ZipFile(path) as book:
        strings = "".join(Tree.fromstring(book.read("xl/sharedStrings.xml")).itertext())
        days = book.read("xl/worksheets/sheet3.xml").decode()
        names = book.read("xl/workbook.xml").decode()
    assert "Thôn Bến Đò" in strings
    assert "Mời bà con thôn Đông" in strings
    assert "<f>" not in days
    for sheet in ("Theo thôn", "Theo nội dung", "Theo ngày", "Cụm loa"):
        assert sheet in names


async def test_a_month_that_has_not_begun_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FinalError, match="chưa bắt đầu"):
        await made(tmp_path, "xlsx", "2099-01")
