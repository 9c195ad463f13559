"""The report on paper, A4."""

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from edge.core.airreport import Report
from edge.core.errors import FinalError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.report_words import duration, faults, hours, percent, place, short, summary
from edge.kernel.wire.report import WriteReport

FONTS = Path("/usr/share/fonts/truetype/noto")
"""Debian's fonts-noto-core; it has every letter of Vietnamese and of the minority languages written in Latin."""
PLAIN, BOLD = "NotoSans", "NotoSans-Bold"
MOST_ITEMS = 300
"""More items in a month than any station airs; the table of the XLSX has them all."""
INK, RULE, SHADE = colors.HexColor("#1d2b33"), colors.HexColor("#b9c4ca"), colors.HexColor("#eef2f4")
WARN = colors.HexColor("#a3261c")
Row = Sequence[Any]


def as_pdf(job: WriteReport, report: Report) -> bytes:
    """The bytes of the file. Raises FinalError when the font is not there."""
    _load_fonts()
    file = io.BytesIO()
    title = f"Báo cáo phát thanh tháng {job.month:02d}/{job.year}"
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=15 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=f"{title} · {job.commune}",
        author=job.commune,
    )
    made = local(AtMs(job.now_ms))
    document.build(_story(job, report, title, made), canvasmaker=_numbered(job.commune, title))
    return file.getvalue()


def _load_fonts() -> None:
    try:
        for name in (PLAIN, BOLD):
            file = FONTS / f"{'NotoSans-Regular' if name == PLAIN else name}.ttf"
            pdfmetrics.registerFont(TTFont(name, file))
    except TTFError as cause:
        raise FinalError("Thiếu phông chữ: hãy cài gói Debian fonts-noto-core.") from cause
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)


def _style(name: str, **fields: Any) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=PLAIN, textColor=INK, fontSize=9, leading=12.5, **fields)


TITLE = ParagraphStyle("title", fontName=BOLD, fontSize=16, leading=21, textColor=INK)
HEAD = ParagraphStyle("head", fontName=BOLD, fontSize=11, leading=15, textColor=INK, spaceBefore=12, spaceAfter=4)
BODY = _style("body")
CELL = ParagraphStyle("cell", fontName=PLAIN, fontSize=8.5, leading=11.5, textColor=INK)
COLUMN = ParagraphStyle("column", fontName=BOLD, fontSize=8.5, leading=11, textColor=INK)
NOTE = ParagraphStyle(
    "note", fontName=PLAIN, fontSize=8, leading=11, textColor=colors.HexColor("#51616b"), spaceBefore=4
)
SIGNED = ParagraphStyle("signed", fontName=BOLD, fontSize=9, leading=13, alignment=TA_CENTER, textColor=INK)
SIGN = ParagraphStyle("sign", fontName=PLAIN, fontSize=8.5, leading=12, alignment=TA_CENTER, textColor=INK)


def _story(job: WriteReport, report: Report, title: str, made: datetime) -> list[Any]:
    return [
        Paragraph(escape(job.commune), BODY),
        Paragraph(escape(title), TITLE),
        Paragraph(f"Lập lúc {made:%H:%M} ngày {made:%d/%m/%Y}. {escape(summary(report))}", BODY),
        *_section("Theo thôn", _hamlets(job, report), (72, 28, 44, 28), 3, total=True),
        *_section("Theo nội dung", _items(report), (22, 90, 14, 32, 14), 4),
        *_section("Cụm loa", _horns(job, report), (36, 29, 19, 15, 34, 19, 20), 4),
        *_section("Camera mất tín hiệu", _cameras(job, report), (92, 35, 45), 1),
        Paragraph(HOW_COUNTED, NOTE),
        KeepTogether(_signatures()),
    ]


HOW_COUNTED = (
    "Cách tính: một lượt phát đến một thôn tính một lần dù thôn có nhiều cụm loa; thời lượng lấy theo cụm loa kêu lâu"
    " nhất. Lỗi là một cụm loa được lệnh phát mà không kêu, từ chối, hoặc không rõ có kêu hay không. Lần thử loa chỉ"
    " tính ở bảng cụm loa. Tỉ lệ có liên lạc chỉ tính thời gian hộp đang chạy."
)


def _hamlets(job: WriteReport, report: Report) -> list[Row]:
    rows: list[Row] = [("Thôn", "Lượt phát", "Thời lượng", "Lỗi")]
    known = {hamlet: report.by_hamlet.get(hamlet) for hamlet in (*job.hamlets, *report.by_hamlet)}
    for hamlet, heard in known.items():
        plays, seconds, wrong = (heard.plays, heard.seconds, heard.faults) if heard else (0, 0.0, 0)
        rows.append((place(hamlet, job.hamlets), str(plays), duration(seconds), str(wrong)))
    total = report.total
    return [*rows, ("Cộng", str(total.plays), duration(total.seconds), str(total.faults))]


def _items(report: Report) -> list[Row]:
    rows: list[Row] = [("Hạng", "Nội dung", "Lượt", "Thời lượng", "Lỗi")]
    for (kind, item), heard in list(report.by_item.items())[:MOST_ITEMS]:
        rows.append((kind, short(item), str(heard.plays), duration(heard.seconds), str(heard.faults)))
    return rows


def _horns(job: WriteReport, report: Report) -> list[Row]:
    rows: list[Row] = [("Cụm loa", "Thôn", "Lệnh phát", "Đã kêu", "Lỗi", "Có liên lạc", "Mất liên lạc")]
    for month in report.horns:
        named = job.horns.get(month.horn)
        name, hamlet = (named.name, place(named.hamlet, job.hamlets)) if named else (month.horn, "–")
        away = f"{month.outages} lần, {hours(month.offline_ms)}" if month.offline_ms else "–"
        ordered = f"{month.ordered} ({month.tests} thử)" if month.tests else str(month.ordered)
        rows.append((name, hamlet, ordered, str(month.heard), faults(month), percent(month.online_pct), away))
    return rows


def _cameras(job: WriteReport, report: Report) -> list[Row]:
    rows: list[Row] = [("Camera", "Số lần", "Tổng thời gian")]
    names = job.cameras
    return rows + [(names.get(one.device, one.device), str(one.times), hours(one.ms)) for one in report.outages]


def _section(
    head: str, rows: list[Row], widths_mm: Sequence[float], fault_column: int, *, total: bool = False
) -> list[Any]:
    """A heading with its table, 172 mm wide; an empty table is left out. ``total``: the last row sums up."""
    if len(rows) < 2:
        return []
    cells = [[Paragraph(escape(text), COLUMN) for text in rows[0]]]
    cells += [[Paragraph(escape(text), CELL) for text in row] for row in rows[1:]]
    if total:
        cells[-1] = [Paragraph(escape(text), COLUMN) for text in rows[-1]]
    table = Table(cells, colWidths=[width * mm for width in widths_mm], repeatRows=1)
    marked = rows[1:-1] if total else rows[1:]
    faulty = [at for at, row in enumerate(marked, 1) if row[fault_column] not in ("0", "–", "")]
    marks = [("LINEBEFORE", (0, at), (0, at), 2.2, WARN) for at in faulty]
    table.setStyle(TableStyle([*_LOOK, *marks]))
    return [Paragraph(escape(head), HEAD), table]


_LOOK = (
    ("BACKGROUND", (0, 0), (-1, 0), SHADE),
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
    ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
)


def _signatures() -> list[Any]:
    cells = [
        [Paragraph("NGƯỜI LẬP", SIGNED), Paragraph("LÃNH ĐẠO XÃ", SIGNED)],
        [Paragraph("(ký, ghi rõ họ tên)", SIGN), Paragraph("(ký, đóng dấu)", SIGN)],
    ]
    return [Spacer(1, 10 * mm), Table(cells, colWidths=[88 * mm, 88 * mm]), Spacer(1, 20 * mm)]


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
                self.setFont(PLAIN, 7.5)
                self.setFillColor(colors.HexColor("#51616b"))
                self.drawString(18 * mm, 10 * mm, f"{commune} · {title}")
                self.drawRightString(A4[0] - 15 * mm, 10 * mm, f"Trang {number}/{len(self._pages)}")
                super().showPage()
            super().save()

    return Numbered
