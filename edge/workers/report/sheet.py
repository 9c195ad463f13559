"""The report as a workbook: real numbers and dates, one table a sheet, ready to be filtered and summed."""

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import xlsxwriter

from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.report.cells import GB
from edge.core.report.document import As, Cell, Column, Document, Table, Where, on_sheet

WIDEST = 80
LONGEST_NAME = 31
"""Excel's own bound for the name of a sheet; some signs may not be in it."""
LONGEST_CELL = 32_000
"""Excel takes 32,767 signs; a notice may have 20,000."""
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_HOUR_MS = 3_600_000
_NUMBERS: Mapping[As, str] = {
    As.COUNT: "#,##0",
    As.METRES: "0.00",
    As.MM: "0.0",
    As.SECONDS: "0.0",
    As.MS: "0.00",
    As.PERCENT: "0.0",
    As.DBM: "0",
    As.GB: "0.0",
}
_UNITS: Mapping[As, str] = {As.SECONDS: " (giây)", As.MS: " (giờ)"}


def as_xlsx(document: Document) -> bytes:
    """The bytes of the file."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": document.title, "author": document.commune})
    if document.kind != "air":
        _summary(book, document)
    for name, table in _named(document):
        _sheet(book, name, table)
    book.close()
    return file.getvalue()


def _named(document: Document) -> Iterator[tuple[str, Table]]:
    """Tables with names that no other sheet has; one that stands only on paper is left out."""
    taken: set[str] = {"tóm tắt"}
    for section in document.sections:
        for table in section.tables:
            if table.where is Where.PAPER or not (table.rows or document.kind == "air"):
                continue
            name = table.name.translate(_FORBIDDEN)[:LONGEST_NAME]
            if name.casefold() in taken:
                name = f"{section.title}, {name}".translate(_FORBIDDEN)[:LONGEST_NAME]
            taken.add(name.casefold())
            yield name, table


def _summary(book: Any, document: Document) -> None:
    sheet = book.add_worksheet("Tóm tắt")
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    made = local(AtMs(document.made_at_ms))
    sheet.write_string(0, 0, document.title, bold)
    sheet.write_string(1, 0, f"{document.letterhead.authority or document.commune}. Lập lúc {made:%H:%M %d/%m/%Y}.")
    for at, line in enumerate(document.summary, 3):
        sheet.write_string(at, 0, line, wrapped)
    sheet.set_column(0, 0, 110)


def _sheet(book: Any, name: str, table: Table) -> None:
    """Head in bold and frozen; words as words: a bulletin that begins with ``=`` is no formula."""
    sheet = book.add_worksheet(name)
    columns, rows = on_sheet(table)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = [book.add_format(_format(column.kind)) for column in columns]
    sheet.write_row(0, 0, [f"{column.title}{_UNITS.get(column.kind, '')}" for column in columns], bold)
    for at, row in enumerate(rows, 1):
        for number, (column, cell) in enumerate(zip(columns, row, strict=True)):
            _write(sheet, at, number, column.kind, cell, formats[number])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    _widen(sheet, columns, rows)


def _format(kind: As) -> dict[str, Any]:
    if kind is As.DAY:
        return {"num_format": "dd/mm/yyyy", "align": "left"}
    if kind is As.INSTANT:
        return {"num_format": "dd/mm/yyyy hh:mm:ss", "align": "left"}
    return {"num_format": _NUMBERS[kind]} if kind in _NUMBERS else {"valign": "top"}


def _write(sheet: Any, at: int, number: int, kind: As, cell: Cell, look: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        if kind is As.DAY:
            day = dt.datetime.combine(dt.date.fromisoformat(cell), dt.time())
            sheet.write_datetime(at, number, day, look)
        else:
            sheet.write_string(at, number, cell[:LONGEST_CELL], look)
    elif kind is As.INSTANT:
        sheet.write_datetime(at, number, local(AtMs(round(cell))).replace(tzinfo=None), look)
    else:
        sheet.write_number(at, number, _value(kind, cell), look)


def _value(kind: As, cell: float) -> float:
    """Hours and gigabytes, as the head of the column says."""
    return cell / _HOUR_MS if kind is As.MS else cell / GB if kind is As.GB else cell


def _widen(sheet: Any, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    for number, column in enumerate(columns):
        widest = max((len(row[number]) if isinstance(row[number], str) else 9 for row in rows), default=0)  # type: ignore[arg-type]  # a str, as was just asked
        least = 19 if column.kind is As.INSTANT else 0
        sheet.set_column(number, number, min(WIDEST, max(len(column.title) * 0.7, widest, least) + 3))
