"""Recorded video, in parts if the browser wants parts: only what this session was allowed to see (L5)."""

from pathlib import Path

from flask import Blueprint, Response, abort, send_file

from edge.control import protocol
from edge.core.errors import FinalError
from edge.core.privacy import check_sight
from edge.store import timeline
from edge.store.privacy_rows import PrivacyRow, privacy_rows
from edge.store.search import incident_with_story
from web.asking import ask, must_be_allowed, who
from web.bodies import camera_id, safe_id
from web.database import reading
from web.grants import current_grants
from web.person import must_see, session_key, the_person
from web.problems import ForbiddenError
from web.settings import current_settings
from web.spans import of_incident

footage = Blueprint("footage", __name__)


@footage.get("/recordings/<camera>/<int(max=9007199254740991):number>.mp4")
def segment(camera: str, number: int) -> Response:
    """One segment, after a ViewRecording of this session for its span."""
    must_be_allowed(the_person(), protocol.ViewRecording.__name__)
    with reading() as reader:
        row = timeline.segment(reader, number)
    if row is None or row["camera"] != camera_id(camera):
        abort(404)
    _must_be_granted(row["camera"], row["began_ms"], row["ended_ms"])
    return _video(row["path"])


@footage.get("/recordings/incident/<incident>.mp4")
def clip(incident: str) -> Response:
    """The clip of an incident, after its recordings were asked for."""
    must_be_allowed(the_person(), protocol.ViewRecording.__name__)
    with reading() as reader:
        row = incident_with_story(reader, safe_id(incident))
    if row is None or not row["clip"]:
        abort(404)
    _must_be_granted(row["camera"], *of_incident(row, row["began_at_ms"] + 1))
    return _video(row["clip"])


@footage.post("/exports/<export>")
def take_export(export: str) -> Response:
    """Download a finished export: an audit line each time."""
    must_be_allowed(the_person(), protocol.TakeExport.__name__)
    with reading() as reader:
        must_see(next((row["camera"] for row in timeline.exports(reader) if row["id"] == export), ""))
    given = ask(protocol.TakeExport(**who(the_person()), id=safe_id(export)))
    answer = _video(given["path"])
    answer.headers.set("Content-Disposition", "attachment", filename=given["name"])
    return answer


def _must_be_granted(camera: str, began_ms: int, ended_ms: int) -> None:
    must_see(camera)
    if not current_grants().cover(session_key(), camera, began_ms, ended_ms):
        raise ForbiddenError("Muốn xem lại, trước hết hãy ghi lý do: mỗi lần xem đều vào nhật ký.")
    _must_be_unmasked(camera, began_ms)


def _must_be_unmasked(camera: str, began_ms: int) -> None:
    """What was granted is judged by the privacy areas of now: one may have been drawn since."""
    with reading() as reader:
        row = privacy_rows(reader.connection).get(camera, PrivacyRow())
    try:
        check_sight(the_person().role, covered=row.was_covered(began_ms))
    except FinalError as cause:
        raise ForbiddenError(str(cause)) from cause


def _video(path: str) -> Response:
    """A file below the media folder and nowhere else, whatever the row says; 404 when retention took it meanwhile."""
    folder = current_settings().media_folder.resolve()
    file = (folder / Path(path)).resolve()
    if not file.is_relative_to(folder) or not file.is_file():
        abort(404)
    answer = send_file(file, mimetype="video/mp4", conditional=True)
    answer.headers["Cache-Control"] = "no-store"  # a shared desk keeps no pictures of people
    return answer
