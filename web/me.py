"""One's own account: password, codes, and where one is logged in."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from edge.control import protocol
from edge.core.errors import MolangError, TransientError
from edge.core.policy.rights import Role
from web.address import caller
from web.asking import ask, who
from web.login import end_here, enrolment, new_password
from web.person import Person, the_person
from web.problems import ConflictError, ForbiddenError, NotLoggedInError
from web.speaking import later

me = Blueprint("me", __name__, url_prefix="/me")


@me.get("")
def page() -> str:
    """What the box knows of this account."""
    return _page(the_person())


@me.post("/password")
def password() -> AnyResponse:
    """Another password; every other session ends."""
    person = the_person()
    old, new = request.form.get("old", "")[:200] or "?", new_password()
    wish = protocol.ChangePassword(**_caller(person), old=old, new=new)
    return _tried(person, wish, later("Đã đổi mật khẩu. Mọi phiên đăng nhập khác của bạn đã kết thúc."))


@me.post("/code")
def begin_code() -> AnyResponse:
    """Show a new QR code to whoever proves that it is his account: nobody else's phone takes the place of his."""
    person, password, code = the_person(), request.form.get("old", "")[:200] or "?", _code()
    try:
        return Response(_page(person, enrolment=enrolment(password, code)))
    except (TransientError, ForbiddenError, NotLoggedInError):
        raise
    except MolangError as error:
        return Response(_page(person, problem=str(error)), 400)


@me.post("/code/confirm")
def confirm_code() -> AnyResponse:
    """The app shows the right code."""
    person = the_person()
    try:
        given = ask(protocol.ConfirmCode(**_caller(person), code=_code() or "?"))
    except (TransientError, ForbiddenError, NotLoggedInError):
        raise
    except MolangError as error:
        return Response(_page(person, problem=str(error), enrolment=_begun()), 400)
    return Response(render_template("paper.html", codes=given["paper"], wanted=url_for("me.page")))


@me.post("/leave-everywhere")
def leave_everywhere() -> AnyResponse:
    """Log out on every device, this one too."""
    ask(protocol.LogOut(**who(the_person()), everywhere=True))
    end_here()
    return redirect(url_for("login.form"))


def _begun() -> dict[str, str] | None:
    """What is being set up; None when its time is over."""
    try:
        return enrolment()
    except ConflictError:
        return None


def _code() -> str:
    return request.form.get("code", "").strip()[:40]


def _tried(person: Person, wish: protocol.AnyRequest, done: str) -> AnyResponse:
    try:
        ask(wish)
    except (TransientError, ForbiddenError, NotLoggedInError):
        raise
    except MolangError as error:
        return Response(_page(person, problem=str(error)), 400)
    return Response(_page(person, done=done))


def _page(person: Person, **more: object) -> str:
    mine = ask(protocol.GetMe(**who(person)))
    back = "/dt/" if person.role is Role.OFFICIAL else "/panel"
    shown = {"problem": "", "done": "", "enrolment": None, **more}
    return render_template("me.html", person=person, mine=mine, back=back, **shown)


def _caller(person: Person) -> dict[str, str]:
    return {**who(person), **caller()}
