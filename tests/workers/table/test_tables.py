"""Files that somebody brings: read as they stand, refused in words, and never larger inside than they may be."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from edge.core.errors import FinalError
from edge.kernel.errand import run_errand
from edge.kernel.wire.export import JobFailed
from edge.kernel.wire.table import FromTable, ReadTable, TableRead
from edge.workers.table.book import MOST_UNPACKED, read_book
from edge.workers.table.child import read_table
from edge.workers.table.limits import LONGEST_CELL, MOST_ROWS
from edge.workers.table.plain import read_plain


def book_of(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(data: bytes, part: str, content: bytes, name: str = "") -> bytes:
    """The same book with another content of one part."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, content if one == part else old.read(one))
        if name:
            new.writestr(name, content)
    return file.getvalue()


def test_numbers_and_days_of_a_book_come_as_people_write_them() -> None:
    day, moment = dt.date(2026, 10, 31), dt.datetime.fromisoformat("2026-09-01")
    data = book_of(("Mã", "Giá trị", "Ngày"), ("a", 77.2, day), (), ("b", 1632, moment))
    assert read_book(data) == [
        ("Mã", "Giá trị", "Ngày"),
        ("a", "77,2", "31/10/2026"),
        (),
        ("b", "1632", "01/09/2026"),
    ]


def test_a_binary_tail_is_no_part_of_a_number() -> None:
    assert read_book(book_of((0.1 + 0.2,))) == [("0,3",)]


def test_a_formula_without_a_value_is_an_empty_cell() -> None:
    assert read_book(book_of(("a", "=1+1")))[0][0] == "a"
    assert "=" not in "".join(read_book(book_of(("a", "=1+1")))[0])


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a book", b"\0" * 5000, book_of(("a",))[:-200]])
def test_what_is_no_book_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(FinalError, match="bảng tính Excel"):
        read_book(data)


def test_a_book_that_unpacks_to_more_than_it_may_is_refused_before_it_is_read() -> None:
    bomb = changed(book_of(("a",)), "", b"0" * (MOST_UNPACKED + 1), "xl/media/a.bin")
    assert len(bomb) < 100_000
    with pytest.raises(FinalError, match="lớn hơn"):
        read_book(bomb)


def test_an_xml_that_declares_entities_is_refused_in_every_coding() -> None:
    entities = '<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'
    for coding in ("utf-8", "utf-16-le"):
        data = changed(book_of(("a",)), "xl/worksheets/sheet1.xml", entities.encode(coding))
        with pytest.raises(FinalError, match="khai báo XML"):
            read_book(data)


def test_a_row_far_below_and_a_column_far_to_the_right_cost_nothing() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "a"
    book.worksheets[0]["XFD3"] = "x"
    book.worksheets[0]["A1048576"] = "z"
    file = io.BytesIO()
    book.save(file)
    assert read_book(file.getvalue()) == [("a",)]


def test_more_rows_than_an_office_has_are_refused() -> None:
    for read, data in ((read_book, book_of(*[("a",)] * (MOST_ROWS + 1))), (read_plain, b"a\n" * (MOST_ROWS + 1))):
        with pytest.raises(FinalError, match="dòng"):
            read(data)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_with_the_separator_that_its_office_uses(separator: str) -> None:
    text = separator.join(("Mã", "Giá trị")) + "\n" + separator.join(("a", '"1"')) + "\n"
    for data in (text.encode("utf-8-sig"), text.encode(), text.encode("utf-16")):
        assert read_plain(data) == [("Mã", "Giá trị"), ("a", "1")]


def test_a_csv_of_another_coding_is_refused_with_the_remedy() -> None:
    with pytest.raises(FinalError, match="UTF-8"):
        read_plain("Mã;Giá trị".encode("cp1258", "replace"))


def test_a_cell_is_cut_where_no_note_is_as_long() -> None:
    assert len(read_plain(b"a" * 5000)[0][0]) == LONGEST_CELL


async def test_the_child_reads_one_file_and_ends(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(book_of(("a", 1)))
    kind: type[TableRead | JobFailed] = FromTable  # type: ignore[assignment]  # a union is a type to msgspec
    answer = await run_errand("edge.workers.table", ReadTable(str(path), "xlsx"), kind, 30.0)
    assert isinstance(answer, TableRead)
    assert answer.rows == (("a", "1"),)


def test_a_file_that_is_gone_or_too_heavy_is_told(tmp_path: Path) -> None:
    heavy = tmp_path / "b"
    heavy.write_bytes(b"0" * (2 * 1024 * 1024 + 1))
    for path in (tmp_path / "a", heavy):
        assert isinstance(read_table(ReadTable(str(path), "csv")), JobFailed)
