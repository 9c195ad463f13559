"""Incidents: searching them, and the life of one."""

from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template

from edge.control import protocol
from edge.store.search import Query, incident_with_story, search_incidents
from web.asking import ask, who
from web.bodies import CloseBody, JudgeBody, SearchQuery, read_body, read_query, safe_id
from web.database import reading
from web.pages import desk
from web.person import the_person

incidents = Blueprint("incidents", __name__)


@incidents.get("/incidents")
def search_page() -> str:
    """Look for incidents."""
    return render_template("incidents.html", **desk())


@incidents.get("/incidents/<incident>")
def incident_page(incident: str) -> str:
    """One incident."""
    return render_template("incident.html", incident=safe_id(incident), **desk())


@incidents.get("/api/incidents")
def search() -> Response:
    """One page of what fits, newest first; ``next`` goes on."""
    the_person()
    asked = read_query(SearchQuery)
    with reading() as reader:
        page = search_incidents(reader, Query(**{name: getattr(asked, name) for name in asked.__struct_fields__}))
    return jsonify({**asdict(page), "rows": [shown(row) for row in page.rows]})


@incidents.get("/api/incidents/<incident>")
def one(incident: str) -> Response:
    """One incident with its story."""
    the_person()
    with reading() as reader:
        row = incident_with_story(reader, safe_id(incident))
    if row is None:
        abort(404)
    return jsonify(shown(row))


@incidents.post("/api/incidents/<incident>/see")
def see(incident: str) -> Response:
    """Somebody looks at it."""
    return jsonify(ask(protocol.SeeIncident(**who(the_person()), id=safe_id(incident))))


@incidents.post("/api/incidents/<incident>/take")
def take(incident: str) -> Response:
    """The duty officer has seen it and acts."""
    return jsonify(ask(protocol.TakeIncident(**who(the_person()), id=safe_id(incident))))


@incidents.post("/api/incidents/<incident>/close")
def close(incident: str) -> Response:
    """It is settled."""
    person, body = the_person(), read_body(CloseBody)
    return jsonify(ask(protocol.CloseIncident(**who(person), id=safe_id(incident), how=body.how)))


@incidents.post("/api/incidents/<incident>/judge")
def judge(incident: str) -> Response:
    """One press: a false alarm, or not. The answer proposes a change of the rule."""
    person, body = the_person(), read_body(JudgeBody)
    return jsonify(ask(protocol.JudgeIncident(**who(person), id=safe_id(incident), verdict=body.verdict)))


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row for the browser: a still's file name instead of its path, a clip only as yes or no."""
    still = PurePosixPath(row["still"]).name if row["still"] else None
    return {**row, "still": still, "clip": bool(row["clip"])}
