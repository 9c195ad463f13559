"""The libraries of the scripts, as set-up fetched them (models/manifests): maps and charts, nobody's secret."""

import re

from flask import Blueprint, Response, abort, send_from_directory

from web.settings import current_settings

_NAME = re.compile(r"(leaflet|uplot)-\d+\.\d+\.\d+\.(js|css)")
_YEAR_S = 365 * 24 * 3600

library = Blueprint("library", __name__)


@library.get("/lib/<name>")
def file(name: str) -> Response:
    """One file; its version is in its name, so it may be kept for ever. 404 where set-up could not fetch it."""
    folder = current_settings().library_folder
    if folder is None or not _NAME.fullmatch(name):
        abort(404)
    answer = send_from_directory(folder.resolve(), name)
    answer.headers["Cache-Control"] = f"public, immutable, max-age={_YEAR_S}"
    return answer
