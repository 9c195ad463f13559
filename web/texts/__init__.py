"""The catalogue of texts: the pages are written in Vietnamese, and one file holds what they say in another language.

In a template ``{{ _("Loa") }}``, in a script ``t("Loa")`` of ``texts.js`` (``DT.t`` on the phone page), in Python
``say("Loa")``, or ``later("Loa")`` in a table; ``%(name)s`` stands for a value. A sentence that the catalogue lacks is
shown in Vietnamese: nothing is ever missing from a page. The switch is a cookie.
"""

import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from web.problems import BadInputError
from web.speaking import COOKIE, catalogue, language, later, say

__all__ = ["catalogue", "language", "later", "say", "speak", "texts"]
_A_YEAR_S = 365 * 24 * 3600

texts = Blueprint("texts", __name__)


def speak(app: Flask) -> None:
    """Let every template of this application say ``_(…)`` and ask ``language()``."""
    app.jinja_env.globals.update(_=say, language=language)


@texts.get("/texts/en.json")
def english() -> Response:
    """The catalogue for scripts; it holds no secret, so nobody has to be logged in."""
    return jsonify(catalogue("en"))


@texts.get("/texts/phone-en.js")
def english_phone() -> Response:
    """What the phone page says, as a script: its browsers may be too old to wait for a catalogue."""
    assert current_app.static_folder is not None, "Flask makes one"
    return Response(_phone_script(Path(current_app.static_folder)), mimetype="text/javascript")


@cache
def _phone_script(static: Path) -> str:
    spoken = "".join(file.read_text() for file in sorted(static.glob("phone*.js")))
    mine = {text: said for text, said in catalogue("en").items() if json.dumps(text, ensure_ascii=False) in spoken}
    return f"window.DT_TEXTS = {json.dumps(mine, ensure_ascii=False)};\n"


@texts.post("/language/<wanted>")
def choose(wanted: str) -> AnyResponse:
    """Keep the visitor's choice for a year."""
    if wanted not in {"vi", "en"}:
        raise BadInputError("Trang này có tiếng Việt và tiếng Anh.")
    answer = redirect(page_before())
    answer.set_cookie(COOKIE, wanted, _A_YEAR_S, samesite="Lax")
    return answer


def page_before() -> str:
    """The page that a switch was pressed on, if it is a path of ours."""
    path = request.form.get("next", "/")
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and len(path) < 500 else "/"
