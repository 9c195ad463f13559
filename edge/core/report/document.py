"""A report as values: sentences, tables and charts. The page, the PDF and the workbook are all made from this one.

Figures are counted once, here everything is said once: what stands on paper is what stands on the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Cell = str | int | float | None
Figure = str | int | float | None


class As(StrEnum):
    """What a cell means, and so how it is written."""

    TEXT = "text"
    COUNT = "count"
    METRES = "metres"
    MM = "mm"
    SECONDS = "seconds"
    MS = "ms"
    """Milliseconds of a state that lasts, written as hours."""
    PERCENT = "percent"
    DBM = "dbm"
    GB = "gb"
    INSTANT = "instant"
    """UTC milliseconds, written as local day and time."""
    DAY = "day"
    """``YYYY-MM-DD`` of the local calendar."""


class Where(StrEnum):
    """Which forms have it: a workbook can be longer than paper."""

    BOTH = "both"
    PAPER = "paper"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Column:
    """``share`` is its part of the width of the paper, beside the other columns."""

    title: str
    kind: As = As.TEXT
    share: float = 1.0
    where: Where = Where.BOTH


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head. ``marked`` are rows that tell a fault, ``total`` sums up (empty: none).

    ``empty`` is what is said instead of a table without rows; where it is empty too the table is left out of the paper.
    ``most`` rows stand on paper, all of them in the workbook.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    marked: tuple[int, ...] = ()
    total: tuple[Cell, ...] = ()
    empty: str = ""
    where: Where = Where.BOTH
    most: int = 300


@dataclass(frozen=True, slots=True)
class Chart:
    """Values over time. ``bar_ms`` 0: a line through the points, broken where two are ``gap_ms`` apart; else bars.

    ``levels`` are heights with their names, drawn across.
    """

    name: str
    unit: str
    since_ms: int
    until_ms: int
    points: tuple[tuple[int, float], ...]
    levels: tuple[tuple[str, float], ...] = ()
    bar_ms: int = 0
    gap_ms: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """One subject."""

    id: str
    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A place where somebody signs: what he is, his name where it is known, how he signs."""

    title: str
    name: str = ""
    how: str = "(ký, ghi rõ họ tên)"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What an administrative paper of Vietnam begins and ends with (Decree 30/2020/NĐ-CP, appendix I).

    ``to`` are whom it goes to, ``number`` its number and symbol, ``place`` where it is written.
    """

    authority: str
    above: str = ""
    place: str = ""
    number: str = ""
    to: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. ``figures`` are what the province is told as data (no names, no numbers of people)."""

    kind: str
    period: str
    title: str
    commune: str
    since_ms: int
    until_ms: int
    made_at_ms: int
    made_by: str
    complete: bool
    letterhead: Letterhead
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    figures: Mapping[str, Figure] = field(default_factory=dict)


def on_paper(table: Table) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...], tuple[Cell, ...]]:
    """What of a table stands on paper: its columns, at most ``most`` rows, the total."""
    return _kept(table, Where.SHEET, table.rows[: table.most])


def on_sheet(table: Table) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...]]:
    """What of a table stands in the workbook: no total, so that it can be summed and sifted."""
    columns, rows, _ = _kept(table, Where.PAPER, table.rows)
    return columns, rows


def _kept(
    table: Table, without: Where, rows: tuple[tuple[Cell, ...], ...]
) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...], tuple[Cell, ...]]:
    at = [number for number, column in enumerate(table.columns) if column.where is not without]
    columns = tuple(table.columns[number] for number in at)
    kept = tuple(tuple(row[number] for number in at) for row in rows)
    return columns, kept, tuple(table.total[number] for number in at) if table.total else ()
