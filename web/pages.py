"""The pages. Their content is drawn in the browser from the wall's state."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template

from edge.core.policy.rights import ALLOWED, Role
from web.person import WALL_COOKIE, current_person, has_wall_token, the_person, the_viewer
from web.settings import current_settings

_TEN_YEARS_S = 10 * 365 * 24 * 3600

pages = Blueprint("pages", __name__)


@pages.get("/")
def home() -> str:
    """Choose: the wall or the panel."""
    return render_template(
        "home.html", person=current_person(), may_see_wall=has_wall_token() or bool(current_person())
    )


@pages.get("/wall")
def wall() -> Response:
    """The big screen. A token in the address is kept in a cookie, so that pictures may be fetched with it."""
    the_viewer()
    settings = current_settings()
    answer = make_response(render_template("wall.html"))
    if has_wall_token():
        answer.set_cookie(
            WALL_COOKIE, settings.wall_token, _TEN_YEARS_S, httponly=True, samesite="Lax", secure=settings.https
        )
    return answer


@pages.get("/panel")
def panel() -> str:
    """Notices, approval, airing, horns."""
    return _panel("")


@pages.get("/duty")
def duty() -> str:
    """The same page, opened at the incidents."""
    return _panel("duty")


def _panel(tab: str) -> str:
    return render_template("panel.html", tab=tab, **desk())


def desk() -> dict[str, Any]:
    """What every page behind the login is told: who looks at it, and what he may do."""
    person = the_person()
    return {"person": person, "rights": rights_of(person.role)}


def rights_of(role: Role) -> list[str]:
    """The names of the requests that this role may make: the page shows no button that would be refused."""
    return sorted(name for name, roles in ALLOWED.items() if role in roles)
