"""The operator's abbreviations: the table, an entry tried on a sentence, added, taken out."""

from typing import Annotated

from flask import Blueprint, Response, jsonify, render_template
from msgspec import Meta

from edge.control import protocol
from web.asking import ask, who
from web.bodies import Body, read_body
from web.pages import desk
from web.person import the_person

abbreviations = Blueprint("abbreviations", __name__)


class EntryBody(Body, frozen=True):
    """One entry as it is typed."""

    written: protocol.Written
    spoken: protocol.SpokenWords
    scope: protocol.ScopeName


class TriedBody(EntryBody, frozen=True):
    """An entry, and a text to try it on."""

    text: Annotated[str, Meta(max_length=protocol.MAX_TEXT)]


class GoneBody(Body, frozen=True):
    """Which entry goes."""

    written: protocol.Written
    scope: protocol.ScopeName


@abbreviations.get("/abbreviations")
def abbreviations_page() -> str:
    """The table and its form; what is in it comes when the page asks."""
    return render_template("abbreviations.html", **desk())


@abbreviations.get("/api/abbreviations")
def list_abbreviations() -> Response:
    """The whole table."""
    return jsonify(ask(protocol.ListAbbreviations(**who(the_person()))))


@abbreviations.post("/api/abbreviations")
def set_abbreviation() -> Response:
    """Add or change an entry."""
    person, body = the_person(), read_body(EntryBody)
    wish = protocol.SetAbbreviation(**who(person), written=body.written, spoken=body.spoken, scope=body.scope)
    return jsonify(ask(wish))


@abbreviations.post("/api/abbreviations/remove")
def remove_abbreviation() -> Response:
    """Take an entry out."""
    person, body = the_person(), read_body(GoneBody)
    return jsonify(ask(protocol.RemoveAbbreviation(**who(person), written=body.written, scope=body.scope)))


@abbreviations.post("/api/abbreviations/try")
def try_abbreviation() -> Response:
    """How a sentence would be spoken with this entry."""
    person, body = the_person(), read_body(TriedBody)
    wish = protocol.TryAbbreviation(
        user=person.name,
        role=person.role.value,
        written=body.written,
        spoken=body.spoken,
        scope=body.scope,
        text=body.text,
    )
    return jsonify(ask(wish))
