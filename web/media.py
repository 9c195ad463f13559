"""Stills, latest pictures and clips, from their folders and nowhere else."""

import re
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from edge.core.privacy import SEES_ALL
from web.database import reading
from web.person import current_person, must_see, the_person, the_viewer
from web.problems import ForbiddenError
from web.settings import current_settings

_STILL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.jpg")
_CAMERA = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHA = re.compile(r"[0-9a-f]{64}")
_YEAR_S = 365 * 24 * 3600

media = Blueprint("media", __name__)


@media.get("/stills/<name>")
def still(name: str) -> Response:
    """The picture of an incident, for a wall or a person who may see its camera."""
    if the_viewer().role not in SEES_ALL:
        _must_be_masked(name)
    person = current_person()
    if person is not None and person.cameras is not None:
        must_see(_camera_of(name))
    return _send(current_settings().media_folder / "stills", name if _STILL.fullmatch(name) else "")


@media.get("/latest/<camera>.jpg")
def latest(camera: str) -> Response:
    """The newest picture of a camera, for when its video does not play."""
    the_viewer()
    must_see(camera)
    name = f"{camera}.jpg" if _CAMERA.fullmatch(camera) else ""
    answer = _send(current_settings().media_folder / "latest", name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@media.get("/clips/<sha256>.opus")
def clip(sha256: str) -> Response:
    """Exactly the sound that will be aired; a wall has no business with it."""
    the_person()
    name = f"{sha256}.opus" if _SHA.fullmatch(sha256) else ""
    answer = _send(current_settings().clips_folder, name)
    answer.headers["Cache-Control"] = f"private, immutable, max-age={_YEAR_S}"
    return answer


def _must_be_masked(name: str) -> None:
    """Stills are masked when they are made (L5); of one from before its camera's areas nobody knows what it shows."""
    sql = (
        "SELECT 1 FROM incident i JOIN privacy p ON p.camera = i.camera"
        " WHERE i.still = ? AND p.areas <> '[]' AND i.began_at_ms < p.set_at_ms"
    )
    with reading() as reader:
        if reader.row(sql, f"stills/{name}"):
            raise ForbiddenError("Ảnh này chụp trước khi vẽ vùng riêng tư: chỉ lãnh đạo xã xem được.")


def _camera_of(still: str) -> str:
    """Whose picture it is; empty for one that no incident of a camera names."""
    with reading() as reader:
        row = reader.row("SELECT camera FROM incident WHERE id = ?", still.removesuffix(".jpg"))
    return str(row["camera"] or "") if row else ""


def _send(folder: Path, name: str) -> Response:
    """The file, in parts if the browser wants parts; 404 for an unsafe name."""
    if not name:
        abort(404)
    answer = send_from_directory(folder.resolve(), name, max_age=3600)
    answer.mimetype = "audio/ogg" if name.endswith(".opus") else "image/jpeg"
    return answer
