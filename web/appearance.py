"""Light, dark, or as the visitor's system wishes: a cookie says which palette his pages get."""

from typing import Literal

from flask import Blueprint, Flask, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from web.problems import BadInputError
from web.texts import page_before

Theme = Literal["auto", "light", "dark"]
COOKIE = "mo_lang_nen"
_WHEN: dict[Theme, str] = {"auto": "(prefers-color-scheme: dark)", "light": "not all", "dark": "all"}
"""For which screens dark.css counts, as a media query."""
_A_YEAR_S = 365 * 24 * 3600

appearance = Blueprint("appearance", __name__)


def dress(app: Flask) -> None:
    """Let every template ask ``theme()`` and ``dark_when()``."""
    app.jinja_env.globals.update(theme=theme, dark_when=lambda: _WHEN[theme()])


def theme() -> Theme:
    """What whoever asks now has chosen."""
    given = request.cookies.get(COOKIE, "")
    return given if given in _WHEN else "auto"


@appearance.post("/theme/<wanted>")
def choose(wanted: str) -> AnyResponse:
    """Keep the visitor's choice for a year."""
    if wanted not in _WHEN:
        raise BadInputError("Trang này có nền sáng, nền tối, hoặc theo máy.")
    answer = redirect(page_before())
    answer.set_cookie(COOKIE, wanted, _A_YEAR_S, samesite="Lax")
    return answer
