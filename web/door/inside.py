"""Files that the pages allow and nginx hands out: X-Accel-Redirect (nginx's ngx_http_proxy_module)."""

from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response

from web.settings import WebSettings, current_settings

INSIDE = "/_inside/"
ACCEL = "X-Accel-Redirect"
_SENDFILE = "X-Sendfile"
"""Written by Flask's ``send_file`` when USE_X_SENDFILE is set: the file's path, and no body."""


def roots(settings: WebSettings) -> dict[str, Path]:
    """Folders of which nginx may hand out files, by their name inside."""
    return {
        "media": settings.media_folder.resolve(),
        "clips": settings.clips_folder.resolve(),
        "bank": settings.bank_folder.resolve(),
        "reports": settings.reports_folder.resolve(),
        **({"lib": settings.library_folder.resolve()} if settings.library_folder is not None else {}),
    }


def hand_over(app: Flask, settings: WebSettings) -> None:
    """Behind the door ``send_file`` names a file instead of reading it: ranges and slow phones cost no thread."""
    if settings.door is not None:
        app.config["USE_X_SENDFILE"] = True
        app.after_request(_name_it)


def _name_it(answer: Response) -> Response:
    path = answer.headers.pop(_SENDFILE, None)
    if path is None:
        return answer
    place = _place(Path(path).resolve())
    if place is None:  # of the program itself: small, and nobody's
        answer.set_data(Path(path).read_bytes())
        return answer
    answer.headers[ACCEL] = place
    answer.status_code = 200
    answer.headers.pop("Content-Range", None)
    answer.content_length = 0
    return answer


def _place(path: Path) -> str | None:
    for name, folder in roots(current_settings()).items():
        if path.is_relative_to(folder):
            return f"{INSIDE}{name}/{quote(str(path.relative_to(folder)))}"
    return None
