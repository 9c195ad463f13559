"""Remote support: an admin opens it for a while, everybody sees it, and whoever is in the room may end it."""

from typing import Annotated

from flask import Blueprint, Response, jsonify, render_template
from msgspec import Meta

from edge.control import protocol
from edge.core.policy.rights import ALLOWED
from edge.core.policy.supporting import CHOICES_MIN, LEAST_MIN, MOST_MIN
from web.address import caller
from web.asking import allowed, ask, must_be_allowed, who
from web.bodies import Body, read_body
from web.pages import desk
from web.person import WALL, has_wall_token, the_viewer

OPEN_S = 30.0
"""The machine starts the tunnel's program meanwhile."""
CLOSE_S = 15.0

support = Blueprint("support", __name__)


class OpenBody(Body, frozen=True):
    """For how long, why, and the code that proves who asks."""

    minutes: Annotated[int, Meta(ge=LEAST_MIN, le=MOST_MIN)]
    reason: Annotated[str, Meta(min_length=5, max_length=200)]
    code: Annotated[str, Meta(min_length=1, max_length=40)]


class CloseBody(Body, frozen=True):
    """Nothing more than the press."""


@support.get("/support")
def page() -> str:
    """How it stands; the form for who may open it."""
    found = desk()
    must_be_allowed(found["person"], "GetSupport")
    told = ask(protocol.GetSupport(**who(found["person"])))
    return render_template("support.html", **found, found=told, choices=CHOICES_MIN)


@support.post("/api/support/open")
def open_it() -> Response:
    """Open it; the answer comes when the tunnel's program runs."""
    person, body = allowed(protocol.OpenSupport), read_body(OpenBody)
    wish = protocol.OpenSupport(**who(person), **caller(), minutes=body.minutes, reason=body.reason, code=body.code)
    return jsonify(ask(wish, OPEN_S))


@support.post("/api/support/close")
def close_it() -> Response:
    """End it: from any page, and from the wall."""
    person = the_viewer()
    if has_wall_token() and person.role not in ALLOWED[protocol.CloseSupport.__name__]:
        person = WALL  # whoever is logged in on that screen: it hangs in the room
    must_be_allowed(person, protocol.CloseSupport.__name__)
    read_body(CloseBody)
    return jsonify(ask(protocol.CloseSupport(**who(person)), CLOSE_S))
