"""The settings of the box: forms of the schema, a difference before anything changes, versions, one press back."""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from edge.control import protocol
from edge.core.local_time import local
from edge.core.moment import AtMs
from web.asking import allowed, ask, must_be_allowed, who
from web.bodies import Body, read_body
from web.database import reading
from web.pages import desk
from web.person import Person, the_person
from web.problems import BadInputError

NEWEST = 60
WORK_S = 20.0
"""A file of a thousand lines is read, changed and checked: a slow board takes some seconds."""

settings_page = Blueprint("settings_page", __name__)


class ChangeBody(Body, frozen=True):
    """A table or row as it shall be; see protocol.PreviewSettings."""

    base: protocol.Sha
    table: protocol.TableName
    row: protocol.RowNumber | None
    value: dict[str, Any] | None


class ApplyBody(ChangeBody, frozen=True):
    """The same, to be done; the browser made the press."""

    id: protocol.Uuid
    note: protocol.SettingsNote = ""


class PressBody(Body, frozen=True):
    """A press of a button, and which text of the settings it was pressed upon."""

    base: protocol.Sha
    id: protocol.Uuid


@settings_page.get("/settings")
def page() -> str:
    """Tables on the left, the form of one of them on the right."""
    return render_template("settings.html", **_keeper())


@settings_page.get("/settings/history")
def history_page() -> str:
    """Who changed what, newest first."""
    keeper = _keeper()
    with reading() as reader:
        rows = reader.rows("SELECT * FROM settings_version ORDER BY seq DESC LIMIT ?", NEWEST)
    versions = [{**row, "changes": json.loads(row["changes"]), "lines": json.loads(row["lines"])} for row in rows]
    newest = next((row["seq"] for row in versions if row["state"] in ("applied", "kept")), 0)
    return render_template(
        "settings_history.html", **keeper, versions=versions, newest=newest, when=lambda at_ms: local(AtMs(at_ms))
    )


@settings_page.get("/api/settings")
def tables() -> Response:
    """All tables, and what waits to be applied."""
    return jsonify(ask(protocol.GetSettings(**who(the_person()))))


@settings_page.get("/api/settings/<table>")
def table_form(table: str) -> Response:
    """One table, or one row of it, as a form."""
    person, row = allowed(protocol.GetSettingsForm), request.args.get("row")
    try:
        number = None if row is None else int(row)
    except ValueError as cause:
        raise BadInputError("Số thứ tự của dòng phải là một số.") from cause
    if not _is_table(table) or (number is not None and not -1 <= number <= 200):
        raise BadInputError("Không có bảng thiết lập này.")
    return jsonify(ask(protocol.GetSettingsForm(**who(person), table=table, row=number), WORK_S))


@settings_page.post("/api/settings/preview")
def preview() -> Response:
    """What a change would do."""
    person, body = allowed(protocol.PreviewSettings), read_body(ChangeBody)
    wish = protocol.PreviewSettings(**_named(person), base=body.base, table=body.table, row=body.row, value=body.value)
    return jsonify(ask(wish, WORK_S))


@settings_page.post("/api/settings/apply")
def apply() -> Response:
    """Change it: a version that is applied by a restart."""
    person, body = allowed(protocol.ApplySettings), read_body(ApplyBody)
    wish = protocol.ApplySettings(
        **_named(person), base=body.base, table=body.table, row=body.row, value=body.value, id=body.id, note=body.note
    )
    return jsonify(ask(wish, WORK_S))


@settings_page.post("/api/settings/cancel")
def cancel() -> Response:
    """What waits is not applied."""
    return jsonify(ask(protocol.CancelSettings(**who(the_person()))))


@settings_page.post("/api/settings/versions/<int:seq>/preview")
def preview_undo(seq: int) -> Response:
    """What going back to before this version would do."""
    return jsonify(ask(protocol.PreviewUndo(**_named(the_person()), version=_version(seq)), WORK_S))


@settings_page.post("/api/settings/versions/<int:seq>/undo")
def undo(seq: int) -> Response:
    """Go back."""
    person, body = allowed(protocol.UndoSettings), read_body(PressBody)
    return jsonify(
        ask(protocol.UndoSettings(**_named(person), version=_version(seq), base=body.base, id=body.id), WORK_S)
    )


def _keeper() -> dict[str, Any]:
    """What the page is told of who looks; others than those who keep the settings are sent away."""
    found = desk()
    looking: Person = found["person"]
    must_be_allowed(looking, protocol.GetSettings.__name__)
    return found


def _named(person: Person) -> dict[str, Any]:
    return dict(who(person))


def _is_table(name: str) -> bool:
    return 0 < len(name) <= 40 and name.isascii() and all(letter.islower() or letter == "_" for letter in name)


def _version(seq: int) -> int:
    if not 1 <= seq <= 2**40:
        raise BadInputError("Không có bản cấu hình này.")
    return seq
