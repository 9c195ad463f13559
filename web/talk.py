"""The microphone: its page, and its two requests."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template

from edge.control import protocol
from web.asking import ask, must_be_allowed, who
from web.bodies import TalkBody, read_body
from web.pages import desk
from web.person import the_person

OPENING_S = 8.0
"""The supervisor waits 4 s for the child that answers the browser."""

talk = Blueprint("talk", __name__)


@talk.get("/panel/talk")
def page() -> str:
    """Speak live."""
    must_be_allowed(the_person(), "BeginTalk")
    return render_template("talk.html", section="talk", **desk())


@talk.post("/api/talks")
def begin() -> Response:
    """Open the horns to this browser's microphone."""
    person, body = the_person(), read_body(TalkBody)
    wish = protocol.BeginTalk(**who(person), id=body.id, hamlets=body.hamlets, offer=body.offer)
    return jsonify(ask(wish, OPENING_S))


@talk.post("/api/talks/<uuid:press>/end")
def end(press: UUID) -> Response:
    """Close them again."""
    return jsonify(ask(protocol.EndTalk(**who(the_person()), id=str(press))))
