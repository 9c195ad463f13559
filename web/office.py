"""Pages of the office: shifts, persons' requests with their deadline, the audit log, how the box is kept."""

import json
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, render_template
from msgspec import Meta

from edge.control import protocol
from edge.core.local_time import local
from edge.core.moment import AtMs
from web.asking import ask, must_be_allowed, who
from web.bodies import Body, read_body
from web.database import reading
from web.pages import desk
from web.person import the_person
from web.speaking import later

SHIFTS_SHOWN = 40
VERIFY_S = 110.0
ASKS = {
    "see": later("Xem dữ liệu của mình"),
    "copy": later("Xin bản sao"),
    "correct": later("Sửa cho đúng"),
    "delete": later("Xoá"),
    "restrict": later("Hạn chế xử lý"),
    "object": later("Phản đối xử lý"),
    "withdraw": later("Rút lại sự đồng ý"),
}

office = Blueprint("office", __name__)


class HandOverBody(Body, frozen=True):
    """Notes for the next shift; the browser made the id."""

    id: protocol.Uuid
    notes: protocol.ShiftNotes


class TakeOverBody(Body, frozen=True):
    """Which shift is taken over."""

    id: protocol.Uuid
    note: Annotated[str, Meta(max_length=1000)] = ""


class AskBody(Body, frozen=True):
    """What a person asked."""

    id: protocol.Uuid
    kind: protocol.AskName
    who: Annotated[str, Meta(min_length=1, max_length=120)]
    reach: Annotated[str, Meta(min_length=1, max_length=200)]
    about: Annotated[str, Meta(min_length=1, max_length=2000)]
    came_at_ms: protocol.AtMs


class StepBody(Body, frozen=True):
    """What was done about it."""

    id: protocol.Uuid
    kind: protocol.StepKind
    words: Annotated[str, Meta(min_length=1, max_length=2000)]


@office.get("/shift")
def shift_page() -> str:
    """Hand over, take over, and who had the shift before."""
    person = _looking(protocol.GetMatters)
    with reading() as reader:
        rows = reader.rows("SELECT * FROM shift_handover ORDER BY made_at_ms DESC LIMIT ?", SHIFTS_SHOWN)
    shifts = [{**row, "matters": json.loads(row["matters"])} for row in rows]
    return render_template("shift.html", **person, shifts=shifts, when=_when)


@office.get("/api/shift/matters")
def matters() -> Response:
    """What is open now."""
    return jsonify(ask(protocol.GetMatters(**who(the_person()))))


@office.post("/api/shift/hand-over")
def hand_over() -> Response:
    """The shift ends."""
    person, body = the_person(), read_body(HandOverBody)
    return jsonify(ask(protocol.HandOver(**who(person), id=body.id, notes=body.notes)))


@office.post("/api/shift/take-over")
def take_over() -> Response:
    """The next one begins."""
    person, body = the_person(), read_body(TakeOverBody)
    return jsonify(ask(protocol.TakeOver(**who(person), id=body.id, note=body.note)))


@office.get("/requests")
def requests_page() -> str:
    """Persons' requests; duty may only add one."""
    return render_template("requests.html", **_looking(protocol.AddRequest), asks=ASKS)


@office.get("/api/requests")
def list_requests() -> Response:
    """All, open ones first."""
    return jsonify(ask(protocol.ListRequests(**who(the_person()))))


@office.post("/api/requests")
def add_request() -> Response:
    """A new one; the answer says by when."""
    person, body = the_person(), read_body(AskBody)
    wish = protocol.AddRequest(
        user=person.name,
        role=person.role.value,
        id=body.id,
        kind=body.kind,
        who=body.who,
        reach=body.reach,
        about=body.about,
        came_at_ms=body.came_at_ms,
    )
    return jsonify(ask(wish))


@office.post("/api/requests/step")
def step_request() -> Response:
    """Go on with one."""
    person, body = the_person(), read_body(StepBody)
    return jsonify(ask(protocol.StepRequest(**who(person), id=body.id, kind=body.kind, words=body.words)))


@office.post("/api/audit/verify")
def verify_audit() -> Response:
    """Reckon the whole log anew."""
    return jsonify(ask(protocol.VerifyAudit(**who(the_person())), VERIFY_S))


@office.get("/upkeep")
def upkeep_page() -> str:
    """Backups, updates, how full the box is."""
    person = _looking(protocol.GetUpkeep)
    return render_template("upkeep.html", **person, found=ask(protocol.GetUpkeep(**who(the_person()))), when=_when)


def _looking(request: type[protocol.Request]) -> dict[str, Any]:
    """What the page is told of who looks; whoever may not ask this is sent away."""
    found = desk()
    must_be_allowed(found["person"], request.__name__)
    return found


def _when(at_ms: int) -> str:
    return f"{local(AtMs(at_ms)):%H:%M %d/%m/%Y}"
