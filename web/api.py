"""The JSON API of the pages. Each answer is the supervisor's; each refusal is ``{"loi": sentence}``."""

from uuid import UUID

from flask import Blueprint, Response, jsonify

from edge.control import protocol
from web.asking import ask, who
from web.bodies import AirBody, ApproveBody, ChangeBody, DraftBody, ReadBody, ReturnBody, StopBody, read_body, safe_id
from web.person import the_person, the_viewer

api = Blueprint("api", __name__, url_prefix="/api")


@api.get("/state")
def state() -> Response:
    """Every section of the wall's state; also for a wall with its token."""
    return jsonify(ask(protocol.GetState(**who(the_viewer()))))


@api.post("/read")
def read() -> Response:
    """How a text would be spoken; nothing is kept."""
    person, body = the_person(), read_body(ReadBody)
    wish = protocol.ReadText(user=person.name, role=person.role.value, text=body.text, hamlets=body.hamlets)
    return jsonify(ask(wish))


@api.post("/bulletins")
def draft() -> Response:
    """Keep a notice and render it."""
    person, body = the_person(), read_body(DraftBody)
    wish = protocol.DraftBulletin(
        user=person.name,
        role=person.role.value,
        id=body.id,
        text=body.text,
        priority=body.priority,
        hamlets=body.hamlets,
        submit=body.submit,
    )
    return jsonify(ask(wish))


@api.post("/bulletins/<uuid:bulletin>/change")
def change(bulletin: UUID) -> Response:
    """Another text, class or place for it."""
    person, body = the_person(), read_body(ChangeBody)
    wish = protocol.ChangeBulletin(
        **who(person), id=str(bulletin), text=body.text, priority=body.priority, hamlets=body.hamlets
    )
    return jsonify(ask(wish))


@api.post("/bulletins/<uuid:bulletin>/submit")
def submit(bulletin: UUID) -> Response:
    """Send a draft to those who approve."""
    return jsonify(ask(protocol.SubmitBulletin(**who(the_person()), id=str(bulletin))))


@api.post("/bulletins/<uuid:bulletin>/sign-off")
def sign_off(bulletin: UUID) -> Response:
    """Confirm what was aired from a template."""
    return jsonify(ask(protocol.SignOff(**who(the_person()), id=str(bulletin))))


@api.post("/bulletins/<uuid:bulletin>/approve")
def approve(bulletin: UUID) -> Response:
    """Approve exactly what was shown and heard."""
    person, body = the_person(), read_body(ApproveBody)
    return jsonify(ask(protocol.ApproveBulletin(**who(person), id=str(bulletin), seal=body.seal)))


@api.post("/bulletins/<uuid:bulletin>/return")
def give_back(bulletin: UUID) -> Response:
    """Send a notice back with a comment."""
    person, body = the_person(), read_body(ReturnBody)
    return jsonify(ask(protocol.ReturnBulletin(**who(person), id=str(bulletin), comment=body.comment)))


@api.post("/bulletins/<uuid:bulletin>/air")
def air(bulletin: UUID) -> Response:
    """Air an approved notice; the same press again is the same airing."""
    person, body = the_person(), read_body(AirBody)
    wish = protocol.AirBulletin(
        user=person.name, role=person.role.value, id=str(bulletin), press=body.press, at_night=body.at_night
    )
    return jsonify(ask(wish))


@api.post("/stop")
def stop() -> Response:
    """Silence horns at once."""
    person, body = the_person(), read_body(StopBody)
    return jsonify(ask(protocol.StopHorns(**who(person), hamlets=body.hamlets)))


@api.post("/horns/<horn>/test")
def test_horn(horn: str) -> Response:
    """A short chime on one horn."""
    return jsonify(ask(protocol.TestHorn(**who(the_person()), horn=safe_id(horn))))
