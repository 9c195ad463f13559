"""Templates: their page, and airing one at once."""

from flask import Blueprint, Response, jsonify, render_template

from edge.control import protocol
from web.asking import ask, must_be_allowed
from web.bodies import TemplateBody, read_body
from web.pages import desk
from web.person import the_person

RENDERING_S = 20.0
"""Blanks are spoken before the answer comes; a busy Raspberry Pi takes seconds for them."""

templates = Blueprint("templates", __name__)


@templates.get("/panel/templates")
def page() -> str:
    """Choose a template, fill its blanks, air it."""
    must_be_allowed(the_person(), "AirTemplate")
    return render_template("templates.html", section="templates", **desk())


@templates.post("/api/templates/air")
def air() -> Response:
    """Air a filled template at once."""
    person, body = the_person(), read_body(TemplateBody)
    wish = protocol.AirTemplate(
        user=person.name,
        role=person.role.value,
        id=body.id,
        template=body.template,
        values=body.values,
        hamlets=body.hamlets,
        press=body.press,
        times=body.times,
    )
    return jsonify(ask(wish, RENDERING_S))
