"""Indicators of the commune: how each stands, its history, and the ways by which people bring figures."""

import csv
import io
import time
from typing import Annotated, Any, Literal

import xlsxwriter
from flask import Blueprint, Response, jsonify, render_template, request
from msgspec import Meta

from edge.control import protocol
from edge.core.errors import FinalError
from edge.core.indicator.reading import day_of, pair_of
from edge.core.indicator.tile import tile
from edge.core.indicator.values import Indicator, Measured, spoken
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.store.indicator_rows import last_value, values_since
from edge.store.reader import Reader
from web.asking import allowed, ask, must_be_allowed, who
from web.bodies import Body, SliceQuery, read_body, read_query, safe_id
from web.database import reading
from web.pages import desk
from web.person import the_person
from web.problems import BadInputError
from web.settings import current_settings
from web.spool import add_slice

YEAR_MS = 365 * 86_400_000
MOST_POINTS = 2_000
MOST_LINES = 20_000
MOST_TABLE_BYTES = 2 * 1024 * 1024
READ_DEADLINE_S = 40.0
"""A table is read by a child of the supervisor; we only wait for it."""
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = ("Mã", "Chỉ tiêu", "Giá trị", "Tổng số", "Ngày", "Ghi chú")

indicators = Blueprint("indicators", __name__)


class SpanQuery(Body, frozen=True):
    """How many years back."""

    years: Literal[1, 3, 10] = 1


class ValueBody(Body, frozen=True):
    """A value as somebody writes it: "1.632", "1.632/2.115", "77,2"; and the day or month that it is of."""

    value: Annotated[str, Meta(min_length=1, max_length=60)]
    day: Annotated[str, Meta(min_length=1, max_length=40)]
    note: Annotated[str, Meta(max_length=500)] = ""
    sure: bool = False


class RemoveBody(Body, frozen=True):
    """Which value."""

    at_ms: protocol.AtMs


class TableBody(Body, frozen=True):
    """A brought file; ``seal`` as it was shown."""

    upload: protocol.Uuid
    form: Literal["xlsx", "csv"]
    seal: protocol.Sha | None = None


@indicators.get("/indicators")
def page() -> str:
    """All tiles."""
    return render_template("indicators.html", **desk(), known=current_settings().indicators)


@indicators.get("/api/indicators")
def tiles() -> Response:
    """Every tile with the course of a year."""
    the_person()
    now_ms = _now_ms()
    with reading() as reader:
        rows = [
            tile(one, _course(reader, one, now_ms, now_ms - YEAR_MS), now_ms) for one in current_settings().indicators
        ]
    return jsonify(at_ms=now_ms, indicators=rows)


@indicators.get("/api/indicators/<name>")
def history(name: str) -> Response:
    """One of them with its values."""
    the_person()
    one, asked, now_ms = _known(name), read_query(SpanQuery), _now_ms()
    since_ms = now_ms - asked.years * YEAR_MS
    with reading() as reader:
        values = _course(reader, one, now_ms, since_ms)
    rows = [_row(one, value) for value in values]
    return jsonify({**tile(one, values, now_ms), "values": rows, "since_ms": since_ms, "now_ms": now_ms})


@indicators.get("/indicators/<name>.csv")
def history_file(name: str) -> Response:
    """All its values as a table."""
    the_person()
    one = _known(name)
    with reading() as reader:
        values = values_since(reader, one.id, _now_ms(), 0, MOST_LINES)
    return _attached(_csv(one, values), "text/csv; charset=utf-8", f"chi-tieu-{one.id}.csv")


@indicators.get("/indicators/mau.xlsx")
def template_file() -> Response:
    """A workbook to fill in: the indicators that people bring, and a head that the import knows."""
    must_be_allowed(the_person(), protocol.CheckTable.__name__)
    return _attached(_template(), XLSX, "mau-nhap-chi-tieu.xlsx")


@indicators.post("/api/indicators/<name>/values")
def give(name: str) -> Response:
    """Keep a value; ``{"ask": sentence}`` asks whether it is really so."""
    person, body = allowed(protocol.GiveIndicator), read_body(ValueBody)
    try:
        (value, total), at_ms = pair_of(body.value), day_of(body.day)
    except FinalError as cause:
        raise BadInputError(str(cause)) from cause
    wish = protocol.GiveIndicator(
        **who(person),
        indicator=_known(name).id,
        value=value,
        total=total,
        at_ms=at_ms,
        note=body.note.strip(),
        sure=body.sure,
    )
    return jsonify(ask(wish))


@indicators.post("/api/indicators/<name>/remove")
def remove(name: str) -> Response:
    """Take a value back."""
    person, body = allowed(protocol.RemoveIndicatorValue), read_body(RemoveBody)
    return jsonify(ask(protocol.RemoveIndicatorValue(**who(person), indicator=_known(name).id, at_ms=body.at_ms)))


@indicators.post("/api/indicators/file")
def bring() -> Response:
    """The next slice of a table."""
    must_be_allowed(the_person(), protocol.CheckTable.__name__)
    part, folder = read_query(SliceQuery), current_settings().table_spool_folder
    return jsonify(bytes=add_slice(folder, part.id, part.at, request.get_data(), MOST_TABLE_BYTES))


@indicators.post("/api/indicators/check")
def check() -> Response:
    """What a table would change, and every cell that is wrong."""
    person, body = allowed(protocol.CheckTable), read_body(TableBody)
    return jsonify(ask(protocol.CheckTable(**who(person), upload=body.upload, form=body.form), READ_DEADLINE_S))


@indicators.post("/api/indicators/import")
def keep() -> Response:
    """Keep all of a table that was shown."""
    person, body = allowed(protocol.ImportTable), read_body(TableBody)
    if body.seal is None:
        raise BadInputError("Bảng phải được xem trước khi nhập.")
    wish = protocol.ImportTable(**who(person), upload=body.upload, form=body.form, seal=body.seal)
    return jsonify(ask(wish, READ_DEADLINE_S))


def _known(name: str) -> Indicator:
    name = safe_id(name)
    found = next((one for one in current_settings().indicators if one.id == name), None)
    if found is None:
        raise BadInputError("Không có chỉ tiêu này.")
    return found


def _course(reader: Reader, one: Indicator, now_ms: int, since_ms: int) -> list[Measured]:
    """Values since then; where there are none the last one before."""
    values = values_since(reader, one.id, now_ms, since_ms, MOST_POINTS)
    last = None if values else last_value(reader, one.id, now_ms)
    return values if last is None else [last]


def _row(one: Indicator, value: Measured) -> dict[str, Any]:
    return {
        "at_ms": value.at_ms,
        "seen_ms": value.seen_ms,
        "value": value.value,
        "words": spoken(one, value),
        "origin": value.origin,
        "by": value.by,
        "note": value.note,
    }


def _csv(one: Indicator, values: list[Measured]) -> bytes:
    """UTF-8 with the mark that spreadsheets want; the same columns as the import reads."""
    text = io.StringIO()
    lines = csv.writer(text, delimiter=";")
    lines.writerow(HEADS)
    for value in values:
        total = "" if value.total is None else _plain(value.total)
        note = f"'{value.note}" if value.note.startswith(RISKY) else value.note
        lines.writerow((one.id, one.name, _plain(value.value), total, _day(value.at_ms), note))
    return ("\ufeff" + text.getvalue()).encode()


def _template() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Chỉ tiêu")
    sheet.write_row(0, 0, HEADS, book.add_format({"bold": True, "bottom": 1}))
    sheet.set_column(1, 1, 48)
    sheet.set_column(2, 5, 16)
    today = f"{local(AtMs(_now_ms())):%d/%m/%Y}"
    for number, one in enumerate((one for one in current_settings().indicators if one.by_hand), start=1):
        sheet.write_row(number, 0, (one.id, one.name))
        if one.total is not None:
            sheet.write_number(number, 3, one.total)
        sheet.write_string(number, 4, today)
    book.close()
    return file.getvalue()


def _attached(data: bytes, kind: str, name: str) -> Response:
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _plain(value: float) -> str:
    return f"{value:.15g}".replace(".", ",")


def _day(at_ms: int) -> str:
    return f"{local(AtMs(at_ms)):%d/%m/%Y}"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
