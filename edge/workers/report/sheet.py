"""The report as a workbook: real numbers and dates, one table a sheet, ready to be filtered and summed."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from edge.core.airreport import Report
from edge.core.broadcast import Outcome
from edge.core.report_words import place
from edge.kernel.wire.report import WriteReport

Cell = str | int | float | dt.date | None
WIDEST = 80


def as_xlsx(job: WriteReport, report: Report) -> bytes:
    """The bytes of the file."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"Báo cáo phát thanh tháng {job.month:02d}/{job.year}", "author": job.commune})
    for name, head, rows in _sheets(job, report):
        _sheet(book, name, head, rows)
    book.close()
    return file.getvalue()


def _sheets(job: WriteReport, report: Report) -> list[tuple[str, Sequence[str], list[Sequence[Cell]]]]:
    hamlets: list[Sequence[Cell]] = [
        (place(name, job.hamlets), total.plays, round(total.seconds, 1), total.faults)
        for name, total in sorted(report.by_hamlet.items())
    ]
    items: list[Sequence[Cell]] = [
        (kind, item, total.plays, round(total.seconds, 1), total.faults)
        for (kind, item), total in report.by_item.items()
    ]
    return [
        ("Theo thôn", ("Thôn", "Lượt phát", "Giây", "Lỗi"), hamlets),
        ("Theo nội dung", ("Hạng", "Nội dung", "Lượt phát", "Giây", "Lỗi"), items),
        ("Theo ngày", ("Ngày", "Thôn", "Hạng", "Nội dung", "Lượt phát", "Giây", "Lỗi"), _days(job, report)),
        ("Cụm loa", _HORN_HEAD, _horns(job, report)),
        ("Camera", ("Camera", "Số lần mất", "Giờ mất"), _cameras(job, report)),
    ]


def _days(job: WriteReport, report: Report) -> list[Sequence[Cell]]:
    return [
        (
            line.day,
            place(line.hamlet, job.hamlets),
            line.kind,
            line.item,
            line.sum.plays,
            round(line.sum.seconds, 1),
            line.sum.faults,
        )
        for line in report.lines
    ]


_HORN_HEAD = (
    "Cụm loa",
    "Thôn",
    "Lệnh phát",
    "Trong đó thử",
    "Đã kêu",
    "Kêu một phần",
    "Không kêu",
    "Không rõ",
    "Từ chối",
    "Có liên lạc (%)",
    "Giờ có liên lạc",
    "Giờ mất liên lạc",
    "Số lần mất",
    "Giờ không theo dõi",
)


def _horns(job: WriteReport, report: Report) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = []
    for month in report.horns:
        named = job.horns.get(month.horn)
        ends = (Outcome.PARTIAL, Outcome.SILENT, Outcome.UNKNOWN, Outcome.REFUSED)
        pct = month.online_pct
        rows.append(
            (
                named.name if named else month.horn,
                place(named.hamlet, job.hamlets) if named else "",
                month.ordered,
                month.tests,
                month.heard,
                *(month.outcomes.get(outcome, 0) for outcome in ends),
                None if pct is None else round(pct, 2),
                *(round(ms / 3_600_000, 2) for ms in (month.online_ms, month.offline_ms)),
                month.outages,
                round(month.unwatched_ms / 3_600_000, 2),
            )
        )
    return rows


def _cameras(job: WriteReport, report: Report) -> list[Sequence[Cell]]:
    return [
        (job.cameras.get(one.device, one.device), one.times, round(one.ms / 3_600_000, 2)) for one in report.outages
    ]


def _sheet(book: Any, name: str, head: Sequence[str], rows: list[Sequence[Cell]]) -> None:
    """Head in bold and frozen; words as words: a bulletin that begins with ``=`` is no formula."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
    sheet.write_row(0, 0, head, bold)
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(at, column, dt.datetime.combine(value, dt.time()), day)
            elif isinstance(value, str):
                sheet.write_string(at, column, value)
            elif value is not None:
                sheet.write_number(at, column, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(head) - 1)
    for column, title in enumerate(head):
        widest = max((len(str(row[column])) for row in rows), default=0)
        sheet.set_column(column, column, min(WIDEST, max(len(title) * 0.7, widest) + 3))
