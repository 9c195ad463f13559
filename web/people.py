"""Accounts as an admin keeps them: who there is, in which role, which cameras he sees, where he is logged in."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from edge.control import protocol
from edge.core.errors import MolangError, TransientError
from edge.core.policy.rights import ROLE_NAMES, Role
from web.asking import ask, must_be_allowed, who
from web.bodies import camera_id
from web.pages import desk
from web.person import the_person
from web.problems import BadInputError, ForbiddenError, NotLoggedInError
from web.settings import current_settings
from web.speaking import later

ROLES = tuple(role for role in Role if role is not Role.WALL)
_LONGEST_LOGIN, _LONGEST_NAME = 40, 60

people = Blueprint("people", __name__, url_prefix="/people")


@people.before_request
def admins_only() -> None:
    """Every door here, whatever its form says."""
    must_be_allowed(the_person(), protocol.ListAccounts.__name__)


@people.get("")
def page() -> str:
    """Everybody."""
    return _page()


@people.post("")
def add() -> AnyResponse:
    """A new account; its first password is shown once."""
    form = request.form
    person = the_person()
    wish = protocol.AddAccount(
        user=person.name,
        role=person.role.value,
        login=_login(form.get("login", "").strip().lower()),
        name=form.get("name", "").strip()[:_LONGEST_NAME] or "?",
        as_role=_role(),
        cameras=_cameras(),
    )
    return _tried(wish, "Đã lập tài khoản.")


@people.post("/<login>/change")
def change(login: str) -> AnyResponse:
    """Another role, other cameras."""
    wish = protocol.ChangeAccount(**who(the_person()), login=_login(login), as_role=_role(), cameras=_cameras())
    return _tried(wish, "Đã đổi quyền; các phiên của người này đã kết thúc.")


@people.post("/<login>/shut")
def shut(login: str) -> AnyResponse:
    """Nobody comes in with it any more."""
    wish = protocol.ShutAccount(**who(the_person()), login=_login(login), active=False)
    return _tried(wish, "Đã khoá tài khoản; các phiên của người này đã kết thúc.")


@people.post("/<login>/open")
def open_again(login: str) -> AnyResponse:
    """It may be used again."""
    return _tried(protocol.ShutAccount(**who(the_person()), login=_login(login), active=True), "Đã mở lại tài khoản.")


@people.post("/<login>/reset-password")
def reset_password(login: str) -> AnyResponse:
    """A new first password, shown once."""
    return _tried(
        protocol.ResetAccount(**who(the_person()), login=_login(login), what="password"), later("Đã đặt lại mật khẩu.")
    )


@people.post("/<login>/reset-code")
def reset_code(login: str) -> AnyResponse:
    """The phone is lost: at the next log-in a new app is set up."""
    wish = protocol.ResetAccount(**who(the_person()), login=_login(login), what="code")
    return _tried(wish, "Đã bỏ mã xác thực cũ. Lần đăng nhập tới, người này sẽ cài lại ứng dụng.")


@people.post("/<login>/end")
def end(login: str) -> AnyResponse:
    """Log somebody out, on one device or everywhere."""
    session = request.form.get("session", "")[:80] or None
    return _tried(protocol.EndSessions(**who(the_person()), login=_login(login), id=session), "Đã đăng xuất.")


def _tried(wish: protocol.AnyRequest, done: str) -> AnyResponse:
    """A password is shown in the answer itself; everything else leads back, so that reloading does nothing twice."""
    try:
        given = ask(wish)
    except (TransientError, ForbiddenError, NotLoggedInError):
        raise
    except MolangError as error:
        return Response(_page(problem=str(error)), 409)
    if given.get("password"):
        return Response(_page(done=done, given=given))
    return redirect(url_for("people.page", done=_DONE.index(done)))


_DONE = (
    later("Đã lập tài khoản."),
    later("Đã đổi quyền; các phiên của người này đã kết thúc."),
    later("Đã khoá tài khoản; các phiên của người này đã kết thúc."),
    later("Đã mở lại tài khoản."),
    later("Đã bỏ mã xác thực cũ. Lần đăng nhập tới, người này sẽ cài lại ứng dụng."),
    later("Đã đăng xuất."),
)

_NUMBERS = tuple(map(str, range(len(_DONE))))


def _page(problem: str = "", done: str = "", given: dict[str, Any] | None = None) -> str:
    found = ask(protocol.ListAccounts(**who(the_person())))["accounts"]
    number = request.args.get("done", "")
    told = done or (_DONE[int(number)] if number in _NUMBERS else "")
    return render_template(
        "people.html",
        accounts=[{**row, "role_name": ROLE_NAMES[Role(row["role"])]} for row in found],
        roles=[(role.value, ROLE_NAMES[role]) for role in ROLES],
        cameras=current_settings().cameras,
        problem=problem,
        done=told,
        given=given,
        **desk(),
    )


def _login(text: str) -> str:
    if not 0 < len(text) <= _LONGEST_LOGIN:
        raise BadInputError("Hãy ghi tên đăng nhập.")
    return text


def _role() -> protocol.PeopleRole:
    for role in ROLES:
        if role.value == request.form.get("role"):
            return role.value  # type: ignore[return-value]  # every role but the wall's
    raise BadInputError("Hãy chọn một vai trò.")


def _cameras() -> tuple[str, ...] | None:
    """None: all of them, those of tomorrow too."""
    if request.form.get("all-cameras"):
        return None
    return tuple(camera_id(name) for name in request.form.getlist("camera"))[:200]
