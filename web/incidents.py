"""Incidents: searching them, and the life of one."""

from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template

from edge.control import protocol
from edge.core.masking import without_numbers
from edge.store.alert_story import alert_story
from edge.store.search import Query, incident_with_story, search_incidents
from web.asking import ask, who
from web.bodies import CloseBody, JudgeBody, SearchQuery, read_body, read_query, safe_id
from web.database import reading
from web.pages import desk
from web.person import the_person
from web.settings import current_settings

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
        told = alert_story(reader, row["id"]) if row else None
    if row is None:
        abort(404)
    story = [_named({**chapter, "detail": without_numbers(chapter["detail"])}, "by_user") for chapter in row["story"]]
    return jsonify({**shown(row), "story": story, "alerts": told and _by_name(told)})


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
    """A row for the browser: a still's file name instead of its path, a clip only as yes or no, names for ids."""
    still = PurePosixPath(row["still"]).name if row["still"] else None
    return _named({**row, "still": still, "clip": bool(row["clip"])}, "taken_by", "closed_by")


def _by_name(told: dict[str, Any]) -> dict[str, Any]:
    """Who was told, with today's names; what people wrote without phone numbers (L7)."""
    people = [_named({**one, "note": without_numbers(one["note"])}, "name", by="person") for one in told["people"]]
    missed = [one for one in people if one["status"] == "not_reached"]
    events = [
        _named({**one, "detail": without_numbers(one["detail"] or "")}, "name", by="person") for one in told["events"]
    ]
    return {**told, "people": people, "not_reached": missed, "events": events}


def _named(row: dict[str, Any], *fields: str, by: str = "") -> dict[str, Any]:
    """Ids of the roster become names; a name that somebody typed stays. ``by``: the field that holds the id."""
    people = current_settings().people
    return {**row, **{name: people.get(row[by or name] or "", (row[name], ""))[0] for name in fields}}
