"""A brought table is kept whole as it was shown, or not at all."""

from pathlib import Path
from typing import Any

import pytest

from edge.control.protocol import CheckTable, GiveIndicator, ImportTable
from edge.core.errors import FinalError
from edge.core.indicator.reading import day_of
from edge.indicators.tables import Tables
from edge.kernel.wire.export import JobFailed
from edge.kernel.wire.table import ReadTable, TableRead
from edge.workers.table.child import read_table
from tests.indicators.bench import CASHLESS, SIGNED, Bench, bench

UPLOAD = "00000000-0000-4000-8000-000000000001"
HEAD = "Mã;Giá trị;Ngày;Ghi chú\n"
GOOD = HEAD + "khong-tien-mat;1.632/2.115;10/2026;BC 12\nky-so;98,6;31/10/2026;\n"
WHO: dict[str, Any] = {"user": "Lan", "role": "operator"}


async def here(job: ReadTable) -> TableRead | JobFailed:
    """What the child does, in this process."""
    return read_table(job)


def tables_of(box: Bench) -> Tables:
    return Tables(box.spool, box.service.desk.indicators, box.journal, box.bus, here)


def check() -> CheckTable:
    return CheckTable(**WHO, upload=UPLOAD, form="csv")


def bring(seal: str) -> ImportTable:
    return ImportTable(**WHO, upload=UPLOAD, form="csv", seal=seal)


async def test_a_table_is_shown_and_then_kept_with_one_line_of_audit(tmp_path: Path) -> None:
    async with bench(tmp_path, CASHLESS, SIGNED) as box:
        tables = tables_of(box)
        (box.spool / UPLOAD).write_text(GOOD)
        shown = await tables.check(check())
        assert [(row["number"], row["words"], row["before_words"]) for row in shown["rows"]] == [
            (2, "1.632/2.115 hộ", ""),
            (3, "98,6 %", ""),
        ]
        assert await box.ask("SELECT count(*) FROM indicator_value") == [(0,)], "looking keeps nothing"
        assert await tables.bring(bring(shown["seal"])) == {"kept": 2}
        assert await box.ask("SELECT value, total, by_user FROM indicator_value ORDER BY indicator") == [
            (1632, 2115, "Lan"),
            (98.6, None, "Lan"),
        ]
        assert await box.ask("SELECT action, detail FROM audit") == [
            ("indicator.import", "2 số liệu của khong-tien-mat, ky-so")
        ]
        assert not (box.spool / UPLOAD).exists()
        (box.spool / UPLOAD).write_text(GOOD)
        again = await tables.check(check())
        assert again["same"] == 2
        assert await tables.bring(bring(again["seal"])) == {"kept": 0}


async def test_one_wrong_cell_keeps_the_whole_table_out(tmp_path: Path) -> None:
    async with bench(tmp_path, CASHLESS, SIGNED) as box:
        tables = tables_of(box)
        (box.spool / UPLOAD).write_text(GOOD + "ky-so;98.6;30/09/2026;\n")
        shown = await tables.check(check())
        assert [(one["cell"], one["text"]) for one in shown["wrong"]] == [("B4", "98.6")]
        with pytest.raises(FinalError, match="1 ô sai"):
            await tables.bring(bring(shown["seal"]))
        assert await box.ask("SELECT count(*) FROM indicator_value") == [(0,)]


async def test_another_file_or_a_value_typed_meanwhile_breaks_the_seal(tmp_path: Path) -> None:
    async with bench(tmp_path, CASHLESS, SIGNED) as box:
        tables = tables_of(box)
        (box.spool / UPLOAD).write_text(GOOD)
        seal = (await tables.check(check()))["seal"]
        (box.spool / UPLOAD).write_text(GOOD.replace("98,6", "88,6"))
        with pytest.raises(FinalError, match="đã thay đổi"):
            await tables.bring(bring(seal))
        (box.spool / UPLOAD).write_text(GOOD)
        await box.service.desk.give(GiveIndicator(**WHO, indicator=SIGNED.id, value=90, at_ms=day_of("9/2026")))
        with pytest.raises(FinalError, match="đã thay đổi"):
            await tables.bring(bring(seal))
        assert await box.ask("SELECT count(*) FROM indicator_value") == [(1,)]


async def test_a_leap_in_a_table_is_marked(tmp_path: Path) -> None:
    async with bench(tmp_path, CASHLESS, SIGNED) as box:
        await box.service.desk.give(GiveIndicator(**WHO, indicator=CASHLESS.id, value=163, at_ms=day_of("9/2026")))
        (box.spool / UPLOAD).write_text(GOOD)
        rows = (await tables_of(box).check(check()))["rows"]
    assert [(row["leap"], row["before_words"]) for row in rows] == [(True, "163/2.115 hộ"), (False, "")]


async def test_a_file_that_is_gone_or_no_table_is_told(tmp_path: Path) -> None:
    async with bench(tmp_path, CASHLESS) as box:
        with pytest.raises(FinalError, match="chọn lại tệp"):
            await tables_of(box).check(check())
        (box.spool / UPLOAD).write_bytes(b"\xff\xfe\x00")
        with pytest.raises(FinalError, match="UTF-8"):
            await tables_of(box).check(check())
