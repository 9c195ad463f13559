"""What an official may open: the phone page and what belongs to it, nothing else."""

import re

from flask import redirect, request, session
from werkzeug.wrappers import Response

from edge.core.link import LinkClaim
from edge.core.policy.rights import Role, is_same_name
from web.person import Person, current_person
from web.problems import ForbiddenError
from web.settings import current_settings

_OPEN = re.compile(
    r"/|/login(/.*)?|/logout|/me(/.*)?|/dt/.*|/dt|/phone|/api/phone/.*|/static/.*|/stills/[^/]+|/photos/[^/]+"
    r"|/texts/[^/]+|/theme/[^/]+|/language/[^/]+|/lib/[^/]+|/ca(/.*)?"
)
"""Written as what is open, so that a page of tomorrow is shut until somebody opens it."""
_LINK = "link"
_ASTRAY, _ASTRAY_S = "mo_lang_lac", 60
"""A cookie that the phone page reads once (phone.js): it says why this is another page than the one that was asked."""


def keep_officials_in() -> Response | None:
    """Before every request: lead an official who went astray to his page; raises ForbiddenError for what is no page."""
    if _OPEN.fullmatch(request.path):
        return None
    person = current_person()
    if person is None or person.role is not Role.OFFICIAL:
        return None
    if request.method == "GET" and not request.path.startswith("/api/"):
        return _led_home()
    raise ForbiddenError("Cán bộ chỉ dùng được trang điện thoại.")


def _led_home() -> Response:
    answer = redirect("/dt/")
    answer.set_cookie(_ASTRAY, "1", _ASTRAY_S, path="/dt/", samesite="Lax", secure=current_settings().https)
    return Response.force_type(answer)


def remember_link(claim: LinkClaim) -> None:
    """The session keeps what a link said for as long as the link lives."""
    session[_LINK] = [claim.person, claim.incident, claim.until_ms]


def remembered_link(now_ms: int) -> LinkClaim | None:
    """The link that this session came by, while it lives."""
    try:
        claim = LinkClaim(*session.get(_LINK, ()))
    except TypeError:
        return None
    return claim if now_ms < claim.until_ms else None


def person_for(incident: str, now_ms: int) -> str:
    """Whom a link to this incident names; a link to another one says nothing."""
    claim = remembered_link(now_ms)
    return claim.person if claim and claim.incident == incident else ""


def roster_id(person: Person, people: dict[str, tuple[str, str]], claim: LinkClaim | None) -> str:
    """Who this is on the roster: by his link, else by his name if it is only one's; empty when nobody is."""
    if claim is not None and claim.person in people:
        return claim.person
    named = [key for key, (name, _) in people.items() if is_same_name(name, person.name)]
    return named[0] if len(named) == 1 else ""
