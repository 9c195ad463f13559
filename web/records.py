"""Records of the loudspeaker station: the air log, the monthly report, what residents reported."""

import csv
import datetime as dt
import io
import re
import time
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    render_template,
    request,
    send_from_directory,
    stream_with_context,
    url_for,
)
from msgspec import Meta

from edge.control import protocol
from edge.core.airlog import AWAITED, KIND_WORDS, OUTCOME_WORDS, Airing, HornEnd, evidence, outcomes
from edge.core.broadcast import Outcome
from edge.core.local_time import VIETNAM, local
from edge.core.moment import AtMs
from edge.core.place import EVERYWHERE
from edge.core.report.document import Letterhead
from edge.core.report.facts import Names
from edge.core.report.period import Kind, period_of
from edge.core.report.whole import Frame, air_report
from edge.core.report_words import duration, place, short
from edge.store.airlog import AirPage, AirQuery, air_log, all_airings, month_report
from web.asking import ask, must_be_allowed, who
from web.bodies import Body, Word, read_body, read_query, safe_id
from web.database import reading
from web.pages import desk
from web.person import the_person
from web.reports import document_words
from web.settings import current_settings
from web.speaking import say

MAKE_DEADLINE_S = 100.0
"""A report is made by a child of the supervisor; we only wait for it."""
MOST_LINES = 50_000
"""Of a CSV: a year of a large commune."""
DAY_MS = 86_400_000
SHOWN_DAYS = 7
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet; a bulletin's words must stay words."""
Day = Annotated[str, Meta(pattern=r"^(20\d\d-\d\d-\d\d)?\Z")]
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_REPORT_FILE = re.compile(r"phat-thanh-[a-z0-9-]+-20\d\d-\d\d\.(pdf|xlsx)")

records = Blueprint("records", __name__)


class AirLogQuery(Body, frozen=True):
    """What is looked for in the air log; without a day the last week."""

    day: Day = ""
    hamlet: Word = ""
    outcome: Literal["", "PLAYED", "PARTIAL", "SILENT", "REFUSED", "UNKNOWN", "AWAITED"] = ""
    text: Annotated[str, Meta(max_length=200)] = ""
    before: Annotated[str, Meta(max_length=80)] = ""


class AddBody(Body, frozen=True):
    """What a resident reported."""

    id: protocol.Uuid
    text: Annotated[str, Meta(min_length=1, max_length=2000)]
    hamlet: protocol.HamletName


class AnswerBody(Body, frozen=True):
    """An answer on air, as a draft."""

    bulletin: protocol.Uuid
    answer: Annotated[str, Meta(min_length=1, max_length=2000)]
    priority: protocol.PriorityName
    hamlets: protocol.Hamlets


class SettleBody(Body, frozen=True):
    """How it was settled."""

    how: protocol.Comment


@records.get("/airlog")
def log_page() -> str:
    """What went on air, newest first."""
    person, asked = desk(), read_query(AirLogQuery)
    with reading() as reader:
        page = air_log(reader, _query(asked))
    return render_template("airlog.html", **person, **_shown(asked, page), **_words())


@records.get("/airlog.csv")
def log_file() -> Response:
    """The same as a table, one line a horn."""
    the_person()
    asked = read_query(AirLogQuery)
    name = f"nhat-ky-phat-{asked.day or 'bay-ngay'}.csv"
    answer = Response(stream_with_context(_lines(_query(asked))), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@records.get("/report")
def report_page() -> str:
    """The report of a month."""
    person = desk()
    month = request.args.get("month") or f"{dt.datetime.now(VIETNAM):%Y-%m}"
    if not _MONTH.fullmatch(month):
        abort(404)
    settings = current_settings()
    hamlet_of = {horn: hamlet for horn, (_, hamlet) in settings.horns.items()}
    with reading() as reader:
        found = month_report(reader, hamlet_of, int(month[:4]), int(month[5:]), _now_ms())
    frame = Frame(settings.commune, period_of(Kind.AIR, month), _now_ms(), "", Letterhead(""))
    document = air_report(frame, found, Names(hamlets=settings.hamlets, horns=settings.horns))
    words = document_words()
    return render_template("report.html", **person, **words, document=document, month=month, months=_months())


@records.post("/api/report/<month>/<form>")
def make_report(month: str, form: str) -> Response:
    """Have the file made; the answer says where it can be fetched."""
    person = the_person()
    if not _MONTH.fullmatch(month) or form not in ("pdf", "xlsx"):
        abort(404)
    wish = protocol.MakeReport(**who(person), month=month, form="pdf" if form == "pdf" else "xlsx")
    made = ask(wish, MAKE_DEADLINE_S)
    return jsonify({**made, "url": url_for("records.report_file", name=made["file"])})


@records.get("/report/files/<name>")
def report_file(name: str) -> Response:
    """A report that was made."""
    must_be_allowed(the_person(), protocol.MakeReport.__name__)
    if not _REPORT_FILE.fullmatch(name):
        abort(404)
    return send_from_directory(current_settings().reports_folder.absolute(), name, as_attachment=True)


@records.get("/residents")
def residents_page() -> str:
    """What residents reported, open ones first."""
    person = desk()
    with reading() as reader:
        rows = reader.rows(
            "SELECT r.id, r.text, r.hamlet, r.state, r.how, r.by_user, r.made_at_ms, b.state AS draft, b.text AS answer"
            " FROM resident_report r LEFT JOIN bulletin b ON b.id = r.bulletin"
            " ORDER BY r.state = 'open' DESC, r.made_at_ms DESC LIMIT 200"
        )
    return render_template("residents.html", **person, **_words(), rows=rows)


@records.post("/api/residents")
def add_resident_report() -> Response:
    """Keep one."""
    person, body = the_person(), read_body(AddBody)
    return jsonify(ask(protocol.AddReport(**who(person), id=body.id, text=body.text, hamlet=body.hamlet)))


@records.post("/api/residents/<report>/answer")
def answer_resident_report(report: str) -> Response:
    """Draft an answer on air."""
    person, body = the_person(), read_body(AnswerBody)
    wish = protocol.AnswerReport(
        **who(person),
        id=safe_id(report),
        bulletin=body.bulletin,
        answer=body.answer,
        priority=body.priority,
        hamlets=body.hamlets,
    )
    return jsonify(ask(wish))


@records.post("/api/residents/<report>/close")
def close_resident_report(report: str) -> Response:
    """Settled without an answer."""
    person, body = the_person(), read_body(SettleBody)
    return jsonify(ask(protocol.CloseReport(**who(person), id=safe_id(report), how=body.how)))


def _query(asked: AirLogQuery) -> AirQuery:
    since_ms, until_ms = _day_span(asked.day)
    horns = tuple(horn for horn, (_, hamlet) in current_settings().horns.items() if hamlet == asked.hamlet)
    return AirQuery(since_ms, until_ms, asked.hamlet, horns, asked.outcome, asked.text, asked.before)


def _day_span(day: str) -> tuple[int, int]:
    """One local day, or the last week and whatever is planned."""
    if not day:
        return _now_ms() - SHOWN_DAYS * DAY_MS, 2**53
    try:
        begins = dt.datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=VIETNAM)
    except ValueError:
        abort(404)
    since_ms = round(begins.timestamp() * 1000)
    return since_ms, since_ms + DAY_MS


def _shown(asked: AirLogQuery, page: AirPage) -> dict[str, Any]:
    given = {name: value for name in asked.__struct_fields__ if (value := getattr(asked, name)) and name != "before"}
    return {
        "asked": asked,
        "airings": page.airings,
        "totals": outcomes(page.airings),
        "next": url_for("records.log_page", **given, before=page.next) if page.next else "",
        "csv": url_for("records.log_file", **given),
    }


def _words() -> dict[str, Any]:
    """What the templates call things, and how they write figures."""
    settings = current_settings()
    names = {EVERYWHERE: say("Toàn xã"), **settings.hamlets}
    return {
        "hamlets": settings.hamlets,
        "horns": settings.horns,
        "outcome_words": OUTCOME_WORDS,
        "kind_words": KIND_WORDS,
        "place": lambda hamlet: place(hamlet, names),
        "horn_name": lambda horn: settings.horns.get(horn, (horn, ""))[0],
        "when": lambda at_ms: local(AtMs(at_ms)),
        "evidence": evidence,
        "duration": duration,
        "short": short,
        "AWAITED": AWAITED,
    }


CSV_HEAD = (
    "Giờ", "Hạng", "Nội dung", "Nơi phát", "Cụm loa", "Kết quả", "Lý do", "Giây", "Tiếng (dB)", "Dòng (mA)",
    "Mức loa (dB)", "Người phát", "Người viết", "Người duyệt", "Lệnh", "Tệp âm thanh (sha256)",
)  # fmt: skip


def _lines(query: AirQuery) -> Iterator[bytes]:
    """UTF-8 with the mark that spreadsheets want; bounded."""
    yield "\ufeff".encode() + _csv(CSV_HEAD)
    left = MOST_LINES
    with reading() as reader:
        for airing in all_airings(reader, query):
            for end in airing.horns or (HornEnd("", AWAITED),):
                yield _csv(_cells(airing, end))
                left -= 1
            if left <= 0:
                return


def _cells(airing: Airing, end: HornEnd) -> tuple[object, ...]:
    settings = current_settings()
    names = {EVERYWHERE: "Toàn xã", **settings.hamlets}
    return (
        f"{local(AtMs(airing.began_ms)):%d/%m/%Y %H:%M:%S}",
        airing.kind,
        airing.item,
        ", ".join(place(hamlet, names) for hamlet in airing.hamlets),
        settings.horns.get(end.horn, (end.horn, ""))[0],
        OUTCOME_WORDS[Outcome(end.outcome) if end.outcome != AWAITED else AWAITED],
        end.reason,
        end.played_ms / 1000,
        end.rms_db,
        end.amp_ma,
        end.level_db,
        airing.by_user,
        airing.author,
        airing.approver,
        airing.number,
        " ".join(airing.clips),
    )


def _csv(cells: tuple[object, ...]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow([_safe(cell) for cell in cells])
    return line.getvalue().encode()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell


def _months() -> list[str]:
    """This month and eleven before it, newest first."""
    today = dt.datetime.now(VIETNAM)
    count = today.year * 12 + today.month - 1
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(count, count - 12, -1)]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
