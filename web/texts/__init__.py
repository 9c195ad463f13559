"""The catalogue of texts: the pages are written in Vietnamese, and one file holds what they say in another language.

In a template ``{{ _("Loa") }}``, in a script ``t("Loa")`` of ``texts.js``; ``%(name)s`` stands for a value. A sentence
that the catalogue lacks is shown in Vietnamese: nothing is ever missing from a page. The switch is a cookie.
"""

import json
from functools import cache
from pathlib import Path
from typing import Literal

from flask import Blueprint, Flask, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from web.problems import BadInputError

Language = Literal["vi", "en"]
USUAL: Language = "vi"
COOKIE = "mo_lang_tieng"
_A_YEAR_S = 365 * 24 * 3600

texts = Blueprint("texts", __name__)


def speak(app: Flask) -> None:
    """Let every template of this application say ``_(…)`` and ask ``language()``."""
    app.jinja_env.globals.update(_=say, language=language)


def language() -> Language:
    """What whoever asks now wants to read."""
    return "en" if request.cookies.get(COOKIE) == "en" else USUAL


def say(text: str, **values: object) -> str:
    """The sentence in the visitor's language, its ``%(name)s`` filled."""
    found = text if language() == USUAL else catalogue("en").get(text, text)
    return found % values if values else found


@cache
def catalogue(wanted: Literal["en"]) -> dict[str, str]:
    """Vietnamese sentence -> sentence; read once."""
    words: dict[str, str] = json.loads((Path(__file__).parent / f"{wanted}.json").read_text())
    return words


@texts.get("/texts/en.json")
def english() -> Response:
    """The catalogue for scripts; it holds no secret, so nobody has to be logged in."""
    return jsonify(catalogue("en"))


@texts.post("/language/<wanted>")
def choose(wanted: str) -> AnyResponse:
    """Keep the visitor's choice for a year."""
    if wanted not in {"vi", "en"}:
        raise BadInputError("Trang này có tiếng Việt và tiếng Anh.")
    answer = redirect(_back())
    answer.set_cookie(COOKIE, wanted, _A_YEAR_S, samesite="Lax")
    return answer


def _back() -> str:
    """The page that the switch was pressed on, if it is a path of ours."""
    path = request.form.get("next", "/")
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and len(path) < 500 else "/"
