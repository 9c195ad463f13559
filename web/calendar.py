"""The calendar of the loudspeakers: what is planned, storm mode, and the order of two urgent notices."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template

from edge.control import protocol
from web.asking import ask, who
from web.bodies import CalendarQuery, OrderBody, ProgrammeBody, StormBody, read_body, read_query
from web.pages import desk
from web.person import the_person

calendar = Blueprint("calendar", __name__)


@calendar.get("/calendar")
def page() -> str:
    """The week, or on a phone the day."""
    return render_template("calendar.html", **desk())


@calendar.get("/api/calendar")
def days() -> Response:
    """Some days of it."""
    person, query = the_person(), read_query(CalendarQuery)
    wish = protocol.GetCalendar(user=person.name, role=person.role.value, first=query.first, days=query.days)
    return jsonify(ask(wish))


@calendar.post("/api/programmes/preview")
def preview() -> Response:
    """What a programme would do; nothing is kept."""
    person, body = the_person(), read_body(ProgrammeBody)
    return jsonify(ask(protocol.PreviewProgramme(**who(person), id=body.id, wish=body.wish)))


@calendar.post("/api/programmes")
def add() -> Response:
    """Plan a programme; the browser made its id."""
    person, body = the_person(), read_body(ProgrammeBody)
    return jsonify(ask(protocol.AddProgramme(**who(person), id=body.id, wish=body.wish)))


@calendar.post("/api/programmes/change")
def change() -> Response:
    """Plan it otherwise."""
    person, body = the_person(), read_body(ProgrammeBody)
    return jsonify(ask(protocol.ChangeProgramme(**who(person), id=body.id, wish=body.wish)))


@calendar.post("/api/programmes/<uuid:programme>/remove")
def remove(programme: UUID) -> Response:
    """Plan it no more."""
    return jsonify(ask(protocol.RemoveProgramme(**who(the_person()), id=str(programme))))


@calendar.post("/api/storms")
def start_storm() -> Response:
    """Storm mode on."""
    person, body = the_person(), read_body(StormBody)
    wish = protocol.StartStorm(
        user=person.name,
        role=person.role.value,
        id=body.id,
        bulletin=body.bulletin,
        hamlets=body.hamlets,
        every_min=body.every_min,
        from_hour=body.from_hour,
        to_hour=body.to_hour,
        until_ms=body.until_ms,
    )
    return jsonify(ask(wish))


@calendar.post("/api/storms/<uuid:storm>/end")
def end_storm(storm: UUID) -> Response:
    """Storm mode off."""
    return jsonify(ask(protocol.EndStorm(**who(the_person()), id=str(storm))))


@calendar.post("/api/urgent")
def order_urgent() -> Response:
    """Of two urgent notices, this one first."""
    person, body = the_person(), read_body(OrderBody)
    return jsonify(ask(protocol.OrderUrgent(**who(person), first=body.first, second=body.second)))
