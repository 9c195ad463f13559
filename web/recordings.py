"""The recordings of a camera: what there is, looking at it, keeping it, cutting it out."""

import time
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template

from edge.control import protocol
from edge.store import timeline
from edge.store.search import LONGEST_PAGE, Query, incident_with_story, search_incidents
from web.asking import ask, must_be_allowed, who
from web.bodies import ExportBody, PinBody, SpanQuery, ViewBody, camera_id, read_body, read_query, safe_id
from web.database import reading
from web.grants import current_grants
from web.incidents import shown
from web.pages import desk
from web.person import Person, must_see, session_key, the_person
from web.spans import joined, of_incident

AROUND_MS = 30_000
"""An incident's recordings are shown from so long before it to so long after it."""

recordings = Blueprint("recordings", __name__)


@recordings.get("/cameras/<camera>/recordings")
def page(camera: str) -> str:
    """Timeline and playback."""
    _may_look(camera)
    return render_template("camera.html", camera=camera_id(camera), mode="archive", **desk())


@recordings.get("/api/cameras/<camera>/days")
def days(camera: str) -> Response:
    """The local days of which anything is there, newest first."""
    _may_look(camera)
    with reading() as reader:
        return jsonify(timeline.days(reader, camera_id(camera)))


@recordings.get("/api/cameras/<camera>/timeline")
def what_there_is(camera: str) -> Response:
    """Recorded spans, incidents and pins of a span: an index, no picture."""
    _may_look(camera)
    span, name = read_query(SpanQuery), camera_id(camera)
    asked = Query(since_ms=span.since_ms, until_ms=span.until_ms, camera=name, limit=LONGEST_PAGE)
    with reading() as reader:
        spans = joined(timeline.recordings(reader, name, span.since_ms, span.until_ms))
        found = search_incidents(reader, asked).rows
        pins = timeline.pins(reader, name)
    return jsonify(spans=spans, incidents=[shown(row) for row in found], pins=pins)


@recordings.post("/api/cameras/<camera>/view")
def view(camera: str) -> Response:
    """Somebody looks, and says why; the segments of the span may be fetched for a while."""
    person, body = the_person(), read_body(ViewBody)
    return jsonify(_look(person, camera_id(camera), body.since_ms, body.until_ms, body.why))


@recordings.post("/api/incidents/<incident>/view")
def view_incident(incident: str) -> Response:
    """Somebody looks at the recordings around an incident: the incident is the reason."""
    person = the_person()
    must_be_allowed(person, protocol.ViewRecording.__name__)
    with reading() as reader:
        row = incident_with_story(reader, safe_id(incident))
    if row is None or not row["camera"]:
        abort(404)
    now_ms = time.time_ns() // 1_000_000
    began_ms, ended_ms = of_incident(row, now_ms)
    until_ms = min(ended_ms + AROUND_MS, now_ms)
    seen = _look(person, row["camera"], began_ms - AROUND_MS, until_ms, f"Sự cố {row['id']}: {row['title']}"[:500])
    return jsonify({**seen, "clip": bool(row["clip"])})


@recordings.post("/api/cameras/<camera>/pins")
def pin(camera: str) -> Response:
    """Keep a span beyond its time."""
    person, body = the_person(), read_body(PinBody)
    wish = protocol.PinSpan(
        **who(person),
        id=body.id,
        camera=camera_id(camera),
        since_ms=body.since_ms,
        until_ms=body.until_ms,
        reason=body.reason,
        days=body.days,
    )
    return jsonify(ask(wish))


@recordings.post("/api/pins/<pin>/unpin")
def unpin(pin: str) -> Response:
    """Let it go."""
    return jsonify(ask(protocol.Unpin(**who(the_person()), id=safe_id(pin))))


@recordings.post("/api/cameras/<camera>/exports")
def export(camera: str) -> Response:
    """Cut a span into one file, later."""
    person, body = the_person(), read_body(ExportBody)
    wish = protocol.ExportSpan(
        **who(person),
        id=body.id,
        camera=camera_id(camera),
        since_ms=body.since_ms,
        until_ms=body.until_ms,
        blur=body.blur,
        reason=body.reason,
    )
    return jsonify(ask(wish))


@recordings.get("/api/cameras/<camera>/exports")
def exports(camera: str) -> Response:
    """The newest exports of this camera and what became of them."""
    _may_look(camera)
    name = camera_id(camera)
    with reading() as reader:
        return jsonify([row for row in timeline.exports(reader) if row["camera"] == name])


def _may_look(camera: str) -> None:
    must_be_allowed(the_person(), protocol.ViewRecording.__name__)
    must_see(camera)


def _look(person: Person, camera: str, since_ms: int, until_ms: int, why: str) -> dict[str, Any]:
    """The supervisor writes the audit line; only then may this session fetch the segments."""
    seen = ask(protocol.ViewRecording(**who(person), camera=camera, since_ms=since_ms, until_ms=until_ms, why=why))
    current_grants().give(session_key(), camera, since_ms, until_ms)
    return {**seen, "camera": camera, "since_ms": since_ms, "until_ms": until_ms}
