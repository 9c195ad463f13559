"""An Excel workbook (ISO/IEC 29500): the first sheet, its values and no formulas, after a look at the bare archive."""

import datetime as dt
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from edge.core.errors import FinalError
from edge.workers.table.limits import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, bounded, too_many_rows

MOST_PARTS = 300
MOST_UNPACKED = 24 * 1024 * 1024
"""Of all parts together: a sheet of 2,000 rows is a twentieth of it."""
MOST_EMPTY_ROWS = 20_000
"""Styled rows far below the table; below them nobody looks."""
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    SyntaxError,  # what XML parsers raise
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)
"""What openpyxl and zipfile raise for what is no workbook."""


def read_book(data: bytes) -> list[tuple[str, ...]]:
    """Rows of the first sheet; raises FinalError for what is no workbook, or is larger inside than it may be."""
    try:
        _look_inside(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            return list(_rows(book.worksheets[0]))
        finally:
            book.close()
    except _BROKEN as cause:
        raise FinalError("Tệp này không phải là bảng tính Excel (.xlsx), hoặc đã hỏng.") from cause


def _look_inside(data: bytes) -> None:
    """Unpack every part once, counting: the sizes in the archive's own list are only claims."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise FinalError("Tệp Excel này có quá nhiều phần.")
        left = MOST_UNPACKED
        for part in parts:
            left -= _checked_size(archive, part, left)


def _checked_size(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    with archive.open(part) as file:
        content = file.read(left + 1)
    if len(content) > left:
        raise FinalError(f"Tệp Excel này mở ra lớn hơn {MOST_UNPACKED // 1024 // 1024} MB.")
    bare = content.replace(b"\0", b"")  # UTF-16 writes a NUL beside each letter
    if any(word in bare for word in _FORBIDDEN):
        raise FinalError("Tệp Excel này có khai báo XML không được phép.")
    return len(content)


def _rows(sheet: Worksheet) -> Iterator[tuple[str, ...]]:
    """Rows as they stand; empty ones at the end are left out."""
    empty = 0
    given = 0
    for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
        cells = _without_end(tuple(cell_text(value) for value in row))
        if not cells:
            empty += 1
            if empty > MOST_EMPTY_ROWS:
                return
            continue
        given += empty + 1
        if given > MOST_ROWS:
            raise too_many_rows()
        yield from [()] * empty
        empty = 0
        yield cells


def _without_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    """openpyxl fills rows up with empty cells as far as it was asked."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def cell_text(value: Any) -> str:
    """A value as people write it here: 77,2 and 31/10/2026; an error of a formula as its own text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%d/%m/%Y}"
    return bounded(str(value)[: 2 * LONGEST_CELL])


def _number(value: float) -> str:
    """Binary tails (77.19999999999999) are cut: a spreadsheet shows 15 digits."""
    return f"{value:.15g}".replace(".", ",")
