"""The report on paper, A4, with the head and foot of an administrative paper (Decree 30/2020/NĐ-CP, appendix I)."""

import io
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.report.cells import RIGHT, written
from edge.core.report.document import Cell, Column, Document, Section, Where, on_paper
from edge.core.report.document import Table as Rows
from edge.workers.report import look
from edge.workers.report.chart import ChartOnPaper
from edge.workers.report.sign_places import SignPlace, with_fields

LEFT, MARGIN_RIGHT = 20 * mm, 15 * mm
WIDTH = A4[0] - LEFT - MARGIN_RIGHT - 12  # the frame keeps 6 points on each side
ROOM_FOR_TABLE, ROOM_FOR_SECTION = 32 * mm, 62 * mm
"""A heading does not stand alone at the foot of a page."""
TOGETHER = 4
"""The last table with its heading and note: signatures do not stand alone on a page."""
REPUBLIC = ("CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def as_pdf(document: Document) -> bytes:
    """The bytes of the file, with an empty signature field at each place for a signature.

    Raises FinalError when the font is not there.
    """
    look.load_fonts()
    file = io.BytesIO()
    places: list[SignPlace] = []
    paper = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=LEFT,
        rightMargin=MARGIN_RIGHT,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=f"{document.title} · {document.commune}",
        author=document.commune,
        lang="vi",
    )
    story = list(_story(document))
    story[-TOGETHER:] = [KeepTogether([*story[-TOGETHER:], *_signatures(document, places)])]
    paper.build(story, canvasmaker=_numbered(document.commune, document.title))
    return with_fields(file.getvalue(), places)


def _story(document: Document) -> Iterator[Any]:
    yield from _letterhead(document)
    yield Paragraph(escape(document.title.upper()), look.TITLE)
    yield Paragraph(escape(_made(document)), look.SUBTITLE)
    if document.letterhead.to:
        yield Paragraph(f"Kính gửi: {escape('; '.join(document.letterhead.to))}.", look.CENTRE)
        yield Spacer(1, 3 * mm)
    bullet = "•" if len(document.summary) > 1 else None
    style = look.POINT if bullet else look.BODY
    yield from (Paragraph(_emphasised(line), style, bulletText=bullet) for line in document.summary)
    alone = len(document.sections) == 1
    for number, section in enumerate(document.sections, 1):
        yield from _section(section, "" if alone else f"{number}. ")


def _emphasised(line: str) -> str:
    subject, colon, rest = line.partition(": ")
    return f"<b>{escape(subject)}:</b> {escape(rest)}" if colon and len(subject) < 24 else escape(line)


def _made(document: Document) -> str:
    made = local(AtMs(document.made_at_ms))
    late = "" if document.complete else " Số liệu chưa hết kỳ."
    return f"Lập lúc {made:%H:%M} ngày {made:%d/%m/%Y}, {document.made_by}.{late}"


def _letterhead(document: Document) -> Iterator[Any]:
    head = document.letterhead
    made = local(AtMs(document.made_at_ms))
    left = [Paragraph(escape(head.above.upper()), look.CENTRE)] if head.above else []
    left += [Paragraph(escape(head.authority.upper()), look.CENTRE_BOLD)]
    left += [_rule(18 * mm), Paragraph(f"Số: ........{escape(head.number)}", look.CENTRE)]
    dated = f"{head.place}, " if head.place else ""
    right = [
        Paragraph(REPUBLIC[0], look.CENTRE_BOLD),
        Paragraph(REPUBLIC[1], look.CENTRE_BOLD),
        _rule(40 * mm),
        Paragraph(f"{escape(dated)}ngày {made:%d} tháng {made:%m} năm {made:%Y}", look.CENTRE_ITALIC),
    ]
    look_of_head = TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("ALIGN", (0, 0), (-1, -1), "CENTER")])
    yield Table([[left, right]], colWidths=[WIDTH * 0.42, WIDTH * 0.58], style=look_of_head)


def _rule(wide: float) -> Any:
    """The short line under a name of the head."""
    line = Table([[""]], colWidths=[wide], rowHeights=[3.5])
    line.setStyle(TableStyle([("LINEABOVE", (0, 0), (-1, 0), 0.6, look.INK)]))
    line.hAlign = "CENTER"
    line.spaceBefore = 2
    return line


def _section(section: Section, number: str) -> Iterator[Any]:
    if section.title:
        yield CondPageBreak(ROOM_FOR_SECTION)
        yield Paragraph(escape(f"{number}{section.title}"), look.HEAD)
    for chart in section.charts:
        yield KeepTogether([Paragraph(escape(f"{chart.name} ({chart.unit})"), look.TABLE), ChartOnPaper(chart, WIDTH)])
    for table in section.tables:
        yield from _table(table)
    if section.note:
        yield Paragraph(escape(section.note), look.NOTE)


def _table(table: Rows) -> Iterator[Any]:
    """A heading with its table; what is empty says so, or is left out."""
    columns, rows, total = on_paper(table)
    if table.where is Where.SHEET or not (rows or table.empty):
        return
    yield CondPageBreak(ROOM_FOR_TABLE)
    yield Paragraph(escape(table.name), look.TABLE)
    if not rows:
        yield Paragraph(escape(table.empty), look.BODY)
        return
    yield _grid(columns, rows, total, [at for at in table.marked if at < len(rows)])
    if len(table.rows) > len(rows):
        yield Paragraph(f"Còn {len(table.rows) - len(rows)} dòng nữa: xem tệp XLSX.", look.NOTE)


def _grid(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], total: Sequence[Cell], marked: Sequence[int]
) -> Any:
    heads = [look.COLUMN_NUMBER if column.kind in RIGHT else look.COLUMN for column in columns]
    cells = [[Paragraph(escape(column.title), style) for column, style in zip(columns, heads, strict=True)]]
    plain = [look.NUMBER if column.kind in RIGHT else look.CELL for column in columns]
    cells += [_row(columns, row, plain) for row in rows]
    if total:
        cells.append(_row(columns, total, [look.TOTAL_NUMBER if one.kind in RIGHT else look.TOTAL for one in columns]))
    shares = sum(column.share for column in columns)
    grid = Table(cells, colWidths=[WIDTH * column.share / shares for column in columns], repeatRows=1)
    marks = [("LINEBEFORE", (0, at + 1), (0, at + 1), 2.2, look.WARN) for at in marked]
    sums = [("LINEABOVE", (0, -1), (-1, -1), 0.8, look.INK)] if total else []
    grid.setStyle(TableStyle([*_LOOK, *marks, *sums]))
    grid.hAlign = "LEFT"
    return grid


def _row(columns: Sequence[Column], row: Sequence[Cell], styles: Sequence[Any]) -> list[Any]:
    return [
        Paragraph(escape(written(column.kind, cell)), style)
        for column, cell, style in zip(columns, row, styles, strict=True)
    ]


_LOOK = (
    ("BACKGROUND", (0, 0), (-1, 0), look.SHADE),
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, look.INK),
    ("LINEBELOW", (0, 1), (-1, -1), 0.3, look.RULE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
)


def _signatures(document: Document, places: list[SignPlace]) -> list[Any]:
    """Side by side, each with room to sign; where somebody can sign by a token lies an empty field."""
    signatures = document.letterhead.signatures
    if not signatures:
        return [Spacer(1, 1)]
    wide = WIDTH / len(signatures)
    places += [SignPlace(number, wide * 0.86) for number in range(1, len(signatures) + 1)]
    cells = [
        [Paragraph(escape(one.title), look.CENTRE_BOLD) for one in signatures],
        [Paragraph(escape(one.how), look.CENTRE_ITALIC) for one in signatures],
        list(places),
        [Paragraph(escape(one.name), look.CENTRE_BOLD) for one in signatures],
    ]
    grid = Table(cells, colWidths=[wide] * len(signatures))
    grid.setStyle(TableStyle([("ALIGN", (0, 0), (-1, -1), "CENTER"), ("TOPPADDING", (0, 0), (-1, -1), 1)]))
    return [Spacer(1, 9 * mm), grid]


def _numbered(commune: str, title: str) -> type[Canvas]:
    """A canvas that knows its last page before it writes the foot of the first."""

    class Numbered(Canvas):  # type: ignore[misc]  # the library ships no types
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - the library's own name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self.setFont(look.PLAIN, 7.5)
                self.setFillColor(look.GREY)
                self.drawString(LEFT + 6, 10 * mm, f"{commune} · {title}")
                self.drawRightString(A4[0] - MARGIN_RIGHT - 6, 10 * mm, f"Trang {number}/{len(self._pages)}")
                super().showPage()
            super().save()

    return Numbered
