"""Files that people bring for bulletins: a recording, music, a message in another language."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from edge.control import protocol
from edge.core.errors import FinalError
from edge.core.languages import LANGUAGES
from edge.core.policy.rights import check_right
from web.asking import ask, must_be_allowed, who
from web.bodies import SliceQuery, UploadBody, read_body, read_query
from web.database import reading
from web.person import Person, the_person
from web.problems import ForbiddenError
from web.settings import current_settings
from web.spool import add_slice

SHOWN = 20
_BRINGERS = (protocol.UploadRecording.__name__, protocol.KeepPrompt.__name__)

uploads = Blueprint("uploads", __name__)


@uploads.post("/api/spool")
def bring() -> Response:
    """The next slice of a file."""
    _must_bring(the_person())
    part = read_query(SliceQuery)
    return jsonify(bytes=add_slice(current_settings().spool_folder, part.id, part.at, request.get_data()))


@uploads.post("/api/uploads")
def upload() -> Response:
    """A file that is all here becomes a bulletin, or the next part of one."""
    person, body = the_person(), read_body(UploadBody)
    wish = protocol.UploadRecording(
        **who(person),
        upload=body.upload,
        bulletin=body.bulletin,
        text=body.text,
        language=body.language,
        priority=body.priority,
        hamlets=body.hamlets,
        appends=body.appends,
    )
    return jsonify(ask(wish))


@uploads.get("/api/uploads")
def newest() -> Response:
    """The newest uploads, and what became of them."""
    must_be_allowed(the_person(), protocol.UploadRecording.__name__)
    with reading() as reader:
        rows = reader.rows(
            "SELECT u.id, u.bulletin, u.appends, u.language, u.text, u.by_user, u.made_at_ms, u.state, u.detail,"
            " u.clip, c.ms FROM upload u LEFT JOIN clip c ON c.sha256 = u.clip ORDER BY u.made_at_ms DESC LIMIT ?",
            SHOWN,
        )
    return jsonify([_shown(row) for row in rows])


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "appends": bool(row["appends"]), "language": LANGUAGES.get(row["language"], row["language"])}


def _must_bring(person: Person) -> None:
    """Raise ForbiddenError unless this person may bring any kind of file."""
    for wish in _BRINGERS:
        try:
            check_right(person.role, wish)
        except FinalError as refused:
            sentence = str(refused)
        else:
            return
    raise ForbiddenError(sentence)
