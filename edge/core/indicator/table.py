"""A table that somebody brings, checked cell by cell: what would be kept, and what is wrong where."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from edge.core.errors import FinalError
from edge.core.indicator.reading import day_of, number_of, pair_of
from edge.core.indicator.values import Indicator, Measured, Origin, impossible, leaps
from edge.core.local_time import local
from edge.core.moment import AtMs

Grid = Sequence[Sequence[str]]
"""Rows of cells as text, the first row of the sheet first; a row may be shorter than others."""
MOST_ERRORS = 100
"""More are only counted: whoever sees a hundred looks at the file, not at the list."""
HEAD_WITHIN = 20
"""The head of the table is looked for in so many rows: a title and the commune's name may stand above it."""
OLDEST_MS = 946_684_800_000
"""The year 2000."""

ID, NAME, VALUE, TOTAL, DAY, NOTE = "id", "name", "value", "total", "day", "note"
HEADS: Mapping[str, str] = {
    "mã": ID,
    "mã chỉ tiêu": ID,
    "chỉ tiêu": NAME,
    "tên chỉ tiêu": NAME,
    "giá trị": VALUE,
    "kết quả": VALUE,
    "thực hiện": VALUE,
    "tổng số": TOTAL,
    "trên tổng số": TOTAL,
    "ngày": DAY,
    "số liệu đến ngày": DAY,
    "kỳ": DAY,
    "tháng": DAY,
    "ghi chú": NOTE,
}
"""What heads of columns may be called, without regard to capitals."""
MOST_NOTE = 500
UNKNOWN = "Hộp không có chỉ tiêu này."
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A value that would be kept; ``number`` is the row of the sheet, ``before`` what stood at that time."""

    number: int
    indicator: str
    measured: Measured
    before: Measured | None = None
    leap: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """One cell: ``C7``, what stands in it, and why it cannot be taken."""

    cell: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """All of a table. ``wrong_count`` counts those too that ``wrong`` has no room for."""

    rows: tuple[Row, ...]
    wrong: tuple[Wrong, ...]
    wrong_count: int


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the sheet, and which column means what."""

    number: int
    cells: Sequence[str]
    columns: Mapping[str, int]

    def text(self, field: str) -> str:
        """What stands there; empty where there is no such column or the row is shorter."""
        column = self.columns.get(field, len(self.cells))
        return self.cells[column].strip() if column < len(self.cells) else ""

    def cell(self, field: str) -> str:
        """C7; where the column is missing the row's first cell."""
        return f"{column_name(self.columns.get(field, 0))}{self.number}"


class _Check:
    """Reads rows under a head, and collects what is wrong."""

    def __init__(self, indicators: Sequence[Indicator], now_ms: int, by: str) -> None:
        self._by_id = {one.id: one for one in indicators}
        self._by_name = {_plain(one.name): one for one in indicators}
        self._until_ms = end_of_month(now_ms)
        self._by = by
        self._seen: dict[tuple[str, int], int] = {}
        self.wrong: list[Wrong] = []
        self.count = 0

    def row(self, line: _Line) -> Row | None:
        """What the row says; None with a note where something is wrong."""
        indicator = self._indicator(line)
        pair = self._read(line, VALUE, pair_of)
        at_ms = self._day(line)
        total = self._read(line, TOTAL, number_of) if line.text(TOTAL) else None
        if indicator is None or pair is None or at_ms is None:
            return None
        value, own = pair[0], pair[1] if total is None else total
        if why := impossible(indicator, value, own):
            return self._note(line, VALUE, f"Số này {why}")
        first = self._seen.setdefault((indicator.id, at_ms), line.number)
        if first != line.number:
            return self._note(line, DAY, f"Trùng chỉ tiêu và ngày với dòng {first}.")
        note = line.text(NOTE)[:MOST_NOTE]
        return Row(line.number, indicator.id, Measured(value, at_ms, at_ms, own, Origin.IMPORTED, self._by, note))

    def _note(self, line: _Line, field: str, why: str) -> None:
        self.count += 1
        if len(self.wrong) < MOST_ERRORS:
            self.wrong.append(Wrong(line.cell(field), line.text(field)[:80], why))

    def _indicator(self, line: _Line) -> Indicator | None:
        key, name = line.text(ID), line.text(NAME)
        field = ID if key or NAME not in line.columns else NAME
        found = self._by_id.get(key) if key else self._by_name.get(_plain(name))
        if found is None:
            return self._note(line, field, UNKNOWN if key or name else "Chưa ghi chỉ tiêu nào.")
        if not found.by_hand:
            return self._note(line, field, "Chỉ tiêu này hộp tự lấy số, không nhập được.")
        return found

    def _day(self, line: _Line) -> int | None:
        at_ms = self._read(line, DAY, day_of)
        if at_ms is not None and not OLDEST_MS <= at_ms <= self._until_ms:
            return self._note(line, DAY, "Ngày này chưa tới, hoặc trước năm 2000.")
        return at_ms

    def _read(self, line: _Line, field: str, read: Callable[[str], T]) -> T | None:
        text = line.text(field)
        if not text:
            return self._note(line, field, "Ô này trống.")
        try:
            return read(text)
        except FinalError as error:
            return self._note(line, field, str(error))


def check_table(grid: Grid, indicators: Sequence[Indicator], now_ms: int, by: str) -> Checked:
    """Every row under the head; raises FinalError where no head is found. Rows come without ``before``."""
    head, columns = _head(grid)
    check = _Check(indicators, now_ms, by)
    lines = (_Line(number + 1, grid[number], columns) for number in range(head + 1, len(grid)))
    rows = [row for line in lines if any(map(str.strip, line.cells)) and (row := check.row(line))]
    return Checked(tuple(rows), tuple(check.wrong), check.count)


def beside(checked: Checked, before: Callable[[Row], Measured | None]) -> Checked:
    """The same with what stood before each row's value, and whether it leaps."""
    rows = []
    for row in checked.rows:
        last = before(row)
        leap = leaps(last, row.measured.value)
        rows.append(replace(row, before=last, leap=leap))
    return replace(checked, rows=tuple(rows))


def column_name(column: int) -> str:
    """A for 0, Z for 25, AA for 26, as spreadsheets name them."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _head(grid: Grid) -> tuple[int, Mapping[str, int]]:
    """Which row is the head, and which column means what: the first row that names an indicator, a value and a day."""
    for number, cells in enumerate(grid[:HEAD_WITHIN]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(cells):
            field = HEADS.get(_plain(cell))
            if field is not None:
                columns.setdefault(field, column)
        if columns.keys() & {ID, NAME} and {VALUE, DAY} <= columns.keys():
            return number, columns
    raise FinalError(
        f"Không thấy dòng tiêu đề trong {HEAD_WITHIN} dòng đầu: cần các cột “Mã” hoặc “Chỉ tiêu”, “Giá trị” và “Ngày”."
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def end_of_month(now_ms: int) -> int:
    """The last moment that a value may be of: a figure of this month is told before the month is over."""
    here = local(AtMs(now_ms))
    return day_of(f"{here.month}/{here.year}")
