"""One camera: seen live, with its recordings below; and what of it nobody may see."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from edge.control import protocol
from edge.control.protocol import MOST_OFFER
from web.asking import ask, must_be_allowed, who
from web.bodies import NoteViewBody, PrivacyBody, ViewQuery, camera_id, read_body, read_query
from web.pages import desk
from web.person import must_see, the_person
from web.problems import BadInputError

OPENING_S = 8.0
"""The supervisor waits 6 s for the child that answers the browser."""
SDP = "application/sdp"

viewing = Blueprint("viewing", __name__)


@viewing.get("/cameras/<camera>")
def page(camera: str) -> str:
    """Live, and what was recorded for those who may see that."""
    person = the_person()
    must_be_allowed(person, protocol.BeginView.__name__)
    must_see(camera_id(camera))
    return render_template("camera.html", camera=camera_id(camera), mode="live", **desk())


@viewing.get("/cameras/<camera>/privacy")
def privacy_page(camera: str) -> str:
    """Draw what nobody may see."""
    person = the_person()
    must_be_allowed(person, protocol.SetPrivacyAreas.__name__)
    must_see(camera_id(camera))
    return render_template("privacy.html", camera=camera_id(camera), **desk())


@viewing.post("/api/cameras/<camera>/whep")
def begin(camera: str) -> Response:
    """WHEP: an SDP offer in, its answer out, and where to end it. The reason stands in the address."""
    person = the_person()
    must_be_allowed(person, protocol.BeginView.__name__)
    asked = read_query(ViewQuery)
    must_see(camera_id(camera))
    if request.mimetype != SDP or not 0 < (request.content_length or 0) <= MOST_OFFER:
        raise BadInputError(f"Lời mời WebRTC phải là {SDP}, tối đa {MOST_OFFER} byte.")
    offer = request.get_data().decode("utf-8", "replace")
    wish = protocol.BeginView(
        **who(person), id=asked.id, camera=camera_id(camera), why=asked.why, look=asked.look, offer=offer
    )
    opened = ask(wish, OPENING_S)
    answer = Response(opened["answer"], 201, mimetype=SDP)
    answer.headers["Location"] = url_for("viewing.end", view=asked.id)
    return answer


@viewing.route("/api/views/<uuid:view>", methods=["DELETE", "POST"])
def end(view: UUID) -> Response:
    """The browser looks no more: WHEP's DELETE, or a POST as every other request of a page."""
    return jsonify(ask(protocol.EndView(**who(the_person()), id=str(view))))


@viewing.post("/api/cameras/<camera>/views")
def note(camera: str) -> Response:
    """The audit line of a browser that sees the camera by fMP4; a look that was written down already is not again."""
    person, body = the_person(), read_body(NoteViewBody)
    must_see(camera_id(camera))
    return jsonify(ask(protocol.NoteView(**who(person), camera=camera_id(camera), why=body.why, look=body.look)))


@viewing.post("/api/cameras/<camera>/privacy")
def set_areas(camera: str) -> Response:
    """What nobody may see from now on."""
    person, body = the_person(), read_body(PrivacyBody)
    must_see(camera_id(camera))
    wish = protocol.SetPrivacyAreas(
        **who(person), camera=camera_id(camera), areas=body.areas, why=body.why, known_at_ms=body.known_at_ms
    )
    return jsonify(ask(wish))
