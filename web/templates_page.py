"""Templates: their page, and airing one at once."""

from flask import Blueprint, Response, jsonify, render_template

from edge.control import protocol
from web.asking import ask, must_be_allowed, who
from web.bodies import ApproveBody, PreviewBody, TemplateBody, read_body, template_id
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


@templates.post("/api/templates/<name>/approve")
def approve(name: str) -> Response:
    """A leader heard its fixed words."""
    person, body = the_person(), read_body(ApproveBody)
    return jsonify(ask(protocol.ApproveTemplate(**who(person), template=template_id(name), seal=body.seal)))


@templates.post("/api/templates/preview")
def preview() -> Response:
    """Exactly what a filled template would say."""
    person, body = the_person(), read_body(PreviewBody)
    wish = protocol.PreviewTemplate(
        user=person.name, role=person.role.value, template=body.template, values=body.values
    )
    return jsonify(ask(wish, RENDERING_S))


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
