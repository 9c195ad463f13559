"""Logging in and out: one password per role, guessed slowly."""

import logging
import re

from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from werkzeug.security import check_password_hash
from werkzeug.wrappers import Response as AnyResponse

from edge.core.policy.rights import ROLE_NAMES, Role
from web.person import log_in
from web.settings import current_settings
from web.throttle import Throttle

log = logging.getLogger(__name__)

THROTTLE = "molang-throttle"
_OUR_PAGES = re.compile(
    r"/(panel|duty|wall|incidents|cameras|calendar|abbreviations|bank|uploads|airlog|reports|river|flood|indicators)"
    r"(/[A-Za-z0-9._-]{1,80}){0,2}|/dt/"
)
_PHONE = "/dt/"
_LONGEST_NAME = 60
_LONGEST_PASSWORD = 200

login = Blueprint("login", __name__)


@login.get("/login")
def form() -> str:
    """The form."""
    return _form("")


@login.post("/login")
def enter() -> AnyResponse:
    """Check the password; right leads to the page that was wanted, wrong back to the form."""
    throttle: Throttle = current_app.extensions[THROTTLE]
    guesser = f"{request.remote_addr} {_known_role()}"
    wait_s = throttle.wait_s(guesser)
    if wait_s > 0:
        return _too_many(wait_s)
    role = _role_by_password()
    if role is None:
        throttle.failed(guesser)
        log.warning("wrong password for %s from %s", _known_role(), request.remote_addr)
        return Response(_form("Sai vai trò hoặc mật khẩu."), 401)
    throttle.succeeded(guesser)
    name = " ".join(request.form.get("name", "").split())[:_LONGEST_NAME]
    log_in(name, role, _password_hash(role))
    log.info("%r entered as %s from %s", name, role, request.remote_addr)
    return redirect(_wanted())


@login.post("/logout")
def leave() -> AnyResponse:
    """End the session."""
    session.clear()
    return redirect(url_for("pages.home"))


def _form(problem: str) -> str:
    roles = [(role, ROLE_NAMES[Role(role)]) for role in current_settings().passwords]
    chosen = request.form.get("role", "") or (Role.OFFICIAL if _wanted() == _PHONE else "")
    name = request.form.get("name", "")[:_LONGEST_NAME]
    return render_template("login.html", roles=roles, chosen=chosen, name=name, problem=problem, wanted=_wanted())


def _too_many(wait_s: float) -> Response:
    answer = Response(_form(f"Sai quá nhiều lần. Hãy đợi {wait_s:.0f} giây rồi thử lại."), 429)
    answer.headers["Retry-After"] = f"{wait_s:.0f}"
    return answer


def _known_role() -> str:
    """The role that is asked for. Those that do not exist are one: inventing them must not fill the throttle."""
    role = request.form.get("role", "")
    return role if role in current_settings().passwords else "?"


def _role_by_password() -> Role | None:
    given = request.form.get("password", "")
    role = _known_role()
    if role == "?" or not 0 < len(given) <= _LONGEST_PASSWORD:
        return None
    return Role(role) if check_password_hash(_password_hash(Role(role)), given) else None


def _password_hash(role: Role) -> str:
    return current_settings().passwords[role.value]  # type: ignore[index]  # checked by _role_by_password


def _wanted() -> str:
    """The page that was asked for, if it is one of ours."""
    path = request.values.get("next", "")
    usual = _PHONE if request.form.get("role") == Role.OFFICIAL else "/panel"
    return path if _OUR_PAGES.fullmatch(path) else usual
