"""Cameras: their health, and the desk where their rules are drawn and tried."""

from flask import Blueprint, Response, jsonify, render_template

from edge.control import protocol
from web.asking import ask, must_be_allowed, who
from web.bodies import RestBody, TryBody, camera_id, read_body
from web.pages import desk
from web.person import must_see, the_person

TRY_DEADLINE_S = 50.0
"""A day before a busy camera is thousands of passages, each walked through in half seconds."""

cameras = Blueprint("cameras", __name__)


@cameras.get("/cameras")
def health_page() -> str:
    """How every camera is."""
    return render_template("cameras.html", **desk())


@cameras.get("/cameras/<camera>/tune")
def tune_page(camera: str) -> str:
    """Draw zones and lines and see what they would have done."""
    must_be_allowed(the_person(), protocol.TryRule.__name__)
    must_see(camera)
    return render_template("tune.html", camera=camera_id(camera), **desk())


@cameras.post("/api/cameras/<camera>/try")
def try_rule(camera: str) -> Response:
    """What a rule would have done in the last hours."""
    person, body = the_person(), read_body(TryBody)
    wish = protocol.TryRule(**who(person), camera=camera_id(camera), rule=body.rule, hours=body.hours)
    return jsonify(ask(wish, TRY_DEADLINE_S))


@cameras.post("/api/cameras/<camera>/rest")
def rest(camera: str) -> Response:
    """Let a rule rest, or wake it."""
    person, body = the_person(), read_body(RestBody)
    wish = protocol.SuspendRule(**who(person), camera=camera_id(camera), rule=body.rule, minutes=body.minutes)
    return jsonify(ask(wish))
