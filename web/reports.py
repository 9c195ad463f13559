"""Reports of the commune, by day and month: which there are, what they say, their files."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from flask import Blueprint, Response, abort, jsonify, render_template, request, send_from_directory, url_for

from edge.control import protocol
from edge.core.errors import FinalError
from edge.core.local_time import VIETNAM, local
from edge.core.moment import AtMs
from edge.core.report.cells import RIGHT, written
from edge.core.report.document import Document, Where, on_paper
from edge.core.report.period import Kind, period_of
from edge.store.reader import Reader
from web.asking import ask, must_be_allowed, who
from web.bodies import safe_id
from web.database import reading
from web.pages import desk
from web.person import Person, the_person
from web.settings import current_settings
from web.speaking import later
from web.svg import svg

MAKE_DEADLINE_S = 100.0
MAX_DOCUMENT = 30_000_000
MONTHS_BACK = 24
STATES = {"draft": later("chưa ký"), "signed": later("đã ký"), "sent": later("tỉnh đã nhận")}
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_NEWEST = (
    "SELECT * FROM report r WHERE revision = (SELECT max(revision) FROM report WHERE kind = r.kind AND"
    " period = r.period) AND ((kind = 'day' AND period >= ? AND period < ?) OR (kind = 'month' AND period = ?))"
    " ORDER BY kind DESC, period DESC"
)

reports = Blueprint("reports", __name__)


@reports.get("/reports")
def list_page() -> str:
    """The reports of a month: that of the month itself, and those of its days."""
    person = _reader()
    month = request.args.get("month") or f"{dt.datetime.now(VIETNAM):%Y-%m}"
    if not _MONTH.fullmatch(month):
        abort(404)
    with reading() as reader:
        rows = [_row(row) for row in reader.rows(_NEWEST, f"{month}-01", f"{month}-32", month)]
    today = dt.datetime.now(VIETNAM).date()
    return render_template(
        "reports.html",
        **person,
        **_words(),
        month=month,
        months=_months(today),
        of_month=next((row for row in rows if row["kind"] == Kind.MONTH), None),
        days=[row for row in rows if row["kind"] == Kind.DAY],
        today=today.isoformat(),
        yesterday=(today - dt.timedelta(days=1)).isoformat(),
    )


@reports.get("/reports/<report>")
def report_page(report: str) -> str:
    """One report, as it was made."""
    person = _reader()
    with reading() as reader:
        row = _row(_found(reader, report))
        others = reader.rows(
            "SELECT id, revision, state, complete FROM report WHERE kind = ? AND period = ? ORDER BY revision DESC",
            *(row["kind"], row["period"]),
        )
    document = _document(row)
    return render_template("commune_report.html", **person, **_words(), row=row, others=others, document=document)


@reports.get("/reports/<report>/<form>")
def report_file(report: str, form: str) -> Response:
    """One of its files: pdf, xlsx, or the signed PDF."""
    _reader()
    with reading() as reader:
        row = _row(_found(reader, report))
    name = row["signed_file"] if form == "signed" else row["files"].get(form, [None])[0] if form != "json" else None
    if name is None:
        abort(404)
    return send_from_directory(current_settings().reports_folder.absolute(), name, as_attachment=True)


@reports.post("/api/reports/<kind>/<period>")
def make(kind: str, period: str) -> Response:
    """Have a report made, or made again; the answer says where it is."""
    person = the_person()
    if kind not in ("day", "month"):
        abort(404)
    try:
        period_of(Kind(kind), period)
    except FinalError:
        abort(404)
    wanted: Literal["day", "month"] = "day" if kind == "day" else "month"
    made = ask(protocol.MakeCommuneReport(**who(person), kind=wanted, period=period), MAKE_DEADLINE_S)
    return jsonify(id=made["id"], url=url_for("reports.report_page", report=made["id"]))


def _reader() -> dict[str, Any]:
    """What the page is told of who looks; others than those who may make reports are sent away."""
    person: dict[str, Any] = desk()
    looking: Person = person["person"]
    must_be_allowed(looking, protocol.MakeCommuneReport.__name__)
    return person


def _found(reader: Reader, report: str) -> dict[str, Any]:
    row = reader.row("SELECT * FROM report WHERE id = ?", safe_id(report))
    if row is None:
        abort(404)
    return row


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its JSON read, and its deadline: the earliest of its tiers."""
    read = {name: json.loads(row[name]) for name in ("summary", "figures", "files", "due")}
    due_ms = min(read["due"].values(), default=None)
    late = due_ms is not None and (row["sent_at_ms"] or row["made_at_ms"]) > due_ms
    period = period_of(Kind(row["kind"]), row["period"])
    return {**row, **read, "due_ms": due_ms, "late": late, "words": period.words, "crest": _crest(read["figures"])}


def _crest(figures: Mapping[str, Any]) -> int:
    """The highest báo động that any river reached."""
    return max((int(value) for name, value in figures.items() if name.startswith("level/")), default=0)


def _document(row: Mapping[str, Any]) -> Document | None:
    """What was made, if its file is still as it was; None when it is gone or was changed."""
    name, sha256, _ = row["files"]["json"]
    path = Path(current_settings().reports_folder) / name
    try:
        with path.open("rb") as file:
            data = file.read(MAX_DOCUMENT)
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() != sha256:
        return None
    return msgspec.json.decode(data, type=Document)


def _words() -> dict[str, Any]:
    return {"states": STATES, "when": lambda at_ms: local(AtMs(at_ms)), **document_words()}


def document_words() -> dict[str, Any]:
    """What the template of a document needs (document.html)."""
    return {
        "written": written,
        "on_paper": on_paper,
        "is_number": lambda column: column.kind in RIGHT,
        "svg": svg,
        "for_sheet": Where.SHEET,
        "zip": zip,
    }


def _months(today: dt.date) -> list[str]:
    count = today.year * 12 + today.month - 1
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(count, count - MONTHS_BACK, -1)]
