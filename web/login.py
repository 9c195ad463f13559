"""Logging in and out: the supervisor checks; here are the forms, one for each step that a log-in still needs."""

import re
from collections.abc import Callable

from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from edge.control import protocol
from edge.core.account import Seat, Stage, ThrottledError
from edge.core.errors import MolangError, TransientError
from edge.core.policy.rights import Role
from web.address import caller, client_device, keep_device, new_device
from web.asking import ask_unchecked
from web.person import current_seat, keep_session
from web.problems import BadInputError, NotLoggedInError
from web.qr import qr_code
from web.speaking import later

_PATH = re.compile(r"(/[A-Za-z0-9._-]{0,80}){1,5}")
_PHONE, _USUAL = "/dt/", "/panel"
_NO_PAGES = ("/api/", "/login", "/logout", "/static/", "/texts/")
_LONGEST_LOGIN, _LONGEST_PASSWORD, _LONGEST_CODE = 40, 200, 40

login = Blueprint("login", __name__)


@login.get("/login")
def form() -> str:
    """The form."""
    return _form("")


@login.post("/login")
def enter() -> AnyResponse:
    """Name and password; right leads on, wrong back to the form."""
    name = request.form.get("login", "").strip().lower()[:_LONGEST_LOGIN]
    password = request.form.get("password", "")
    if not name or not 0 < len(password) <= _LONGEST_PASSWORD:
        return Response(_form(later("Hãy ghi tên đăng nhập và mật khẩu.")), 400)
    device = client_device() or new_device()
    try:
        given = ask_unchecked(protocol.LogIn(**{**_from(name), "device": device}, password=password))
    except TransientError as error:
        return _refused(_form(str(error)), error)
    except MolangError as error:
        return Response(_form(str(error)), 401)
    keep_session(given["token"])
    answer = redirect(_way_on(Stage(given["stage"])))
    keep_device(answer, device)
    return answer


@login.get("/login/step")
def step() -> AnyResponse:
    """The step that this log-in needs next."""
    seat = current_seat()
    if seat is None:
        return redirect(url_for("login.form", next=_wanted(None)))
    if seat.stage is Stage.WHOLE:
        return redirect(_wanted(seat.role))
    return Response(_step(seat, ""))


@login.post("/login/code")
def give_code() -> AnyResponse:
    """Six digits of an app, or a code on paper."""
    return _take(Stage.CODE, lambda who: protocol.GiveCode(**who, code=_code()))


@login.post("/login/password")
def change_password() -> AnyResponse:
    """The first password of one's own."""
    new = new_password()
    return _take(
        Stage.PASSWORD, lambda who: protocol.ChangePassword(**who, old=request.form.get("old", "") or "?", new=new)
    )


@login.post("/login/enrol")
def enrol() -> AnyResponse:
    """The app shows the right code; codes on paper are shown this once."""
    seat = _the_seat(Stage.ENROL)
    try:
        given = ask_unchecked(protocol.ConfirmCode(**_from(seat.login), code=_code()))
    except TransientError as error:
        return _refused(_step(seat, str(error)), error)
    except MolangError as error:
        return Response(_step(seat, str(error)), 401)
    return Response(render_template("paper.html", codes=given["paper"], wanted=_wanted(seat.role)))


@login.post("/logout")
def leave() -> AnyResponse:
    """End the session, here and at the supervisor."""
    end_here()
    return redirect(url_for("pages.home"))


def end_here() -> None:
    """Log this browser out. Without the supervisor it only forgets its token, which then ends by its time."""
    seat = current_seat()
    if seat is not None:
        try:
            ask_unchecked(protocol.LogOut(user=seat.name, role=seat.role.value))
        except MolangError:
            current_app.logger.warning("the supervisor did not end the session of %s", seat.login)
    session.clear()


def new_password() -> str:
    """The new password, typed twice; raises BadInputError."""
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        raise BadInputError("Hai lần nhập mật khẩu mới không giống nhau.")
    if not 0 < len(new) <= _LONGEST_PASSWORD:
        raise BadInputError("Hãy ghi mật khẩu mới.")
    return new


def enrolment(password: str = "", code: str = "") -> dict[str, str]:
    """What a page needs to offer an app's codes: ``picture`` (SVG as a data address) and ``secret``.

    Who is in already proves it again; without a ``password`` what was begun just now is shown once more.
    """
    seat = current_seat()
    assert seat is not None, "whoever shows this has asked for it"
    begun = ask_unchecked(protocol.BeginCode(**_from(seat.login), password=password, code=code))
    return {"picture": qr_code(begun["uri"]), "secret": " ".join(_groups(begun["secret"]))}


def _groups(secret: str) -> list[str]:
    return [secret[at : at + 4] for at in range(0, len(secret), 4)]


def _take(stage: Stage, wish: Callable[[dict[str, str]], protocol.AnyRequest]) -> AnyResponse:
    seat = _the_seat(stage)
    try:
        given = ask_unchecked(wish(_from(seat.login)))
    except TransientError as error:
        return _refused(_step(seat, str(error)), error)
    except MolangError as error:
        return Response(_step(seat, str(error)), 401)
    return redirect(_way_on(Stage(given["stage"])))


def _the_seat(stage: Stage) -> Seat:
    seat = current_seat()
    if seat is None or seat.stage is not stage:
        raise NotLoggedInError("Bước đăng nhập này đã qua. Hãy đăng nhập lại.")
    return seat


def _from(login_name: str) -> dict[str, str]:
    return {"user": login_name, "role": "", **caller()}


def _code() -> str:
    return request.form.get("code", "").strip()[:_LONGEST_CODE] or "?"


def _form(problem: str) -> str:
    name = request.form.get("login", "")[:_LONGEST_LOGIN]
    return render_template("login.html", name=name, problem=problem, wanted=_wanted(None))


def _step(seat: Seat, problem: str) -> str:
    more = enrolment() if seat.stage is Stage.ENROL else {}
    return render_template("step.html", seat=seat, problem=problem, wanted=_wanted(seat.role), **more)


def _refused(page: str, error: TransientError) -> Response:
    return Response(page, 429 if isinstance(error, ThrottledError) else 503)


def _way_on(stage: Stage) -> str:
    if stage is not Stage.WHOLE:
        return url_for("login.step", next=_wanted(None))
    seat = current_seat()
    return _wanted(seat.role if seat else None)


def _wanted(role: Role | None) -> str:
    """The page that was asked for, if it is one of ours; else the usual one of this role."""
    path = request.values.get("next", "")
    if is_our_page(path):
        return path
    return _PHONE if role is Role.OFFICIAL else _USUAL


def is_our_page(path: str) -> bool:
    """Whether this is the path of a page that a browser may be led to after a log-in."""
    if not _PATH.fullmatch(path) or path.startswith(_NO_PAGES):
        return False
    try:
        current_app.url_map.bind("").match(path, "GET")
    except (HTTPException, RequestRedirect):
        return False
    return True
