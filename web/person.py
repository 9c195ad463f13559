"""Who is asking: the person of the session, or the wall by its device token.

The cookie holds the token that the supervisor gave at the log-in; whose it is stands in the database, so a session that
was ended anywhere has ended here. What the person asks goes to the supervisor with the token, and is checked there.
"""

import hmac
import secrets
import time
from dataclasses import dataclass

from flask import g, request, session

from edge.core.account import Seat, Stage, may_see_camera
from edge.core.link import LIFE_MS
from edge.core.live_pass import LivePass, live_pass
from edge.core.policy.rights import ROLE_NAMES, Role
from edge.store.seats import seat_of
from web.database import reading
from web.problems import ForbiddenError, NotLoggedInError, UnknownScreenError
from web.settings import current_settings

WALL_COOKIE = "mo_lang_wall"
CSRF_HEADER = "X-CSRF"
LINK_LIFE_S = LIFE_MS // 1000
_TOKEN = "token"  # noqa: S105 - the name of a field


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in; ``name`` goes to the audit log; ``cameras`` None: all of them."""

    name: str
    role: Role
    login: str = ""
    cameras: frozenset[str] | None = None

    @property
    def role_name(self) -> str:
        """The role in Vietnamese."""
        return ROLE_NAMES[self.role]

    def sees(self, camera: str) -> bool:
        """Whether this account may see this camera."""
        return may_see_camera(self.cameras, camera)


WALL = Person("wall", Role.WALL)


def keep_session(token: str) -> None:
    """This browser has come in; whatever the visitor had before is dropped."""
    session.clear()
    session.permanent = True
    session[_TOKEN] = token
    g.pop("seat", None)


def session_token() -> str:
    """What the supervisor knows this browser by; empty when it is nobody's."""
    return str(session.get(_TOKEN, ""))


def current_seat() -> Seat | None:
    """Whose session this is, however far its log-in got; looked up once a request."""
    if "seat" not in g:
        g.seat = _look_up(session_token())
    found: Seat | None = g.seat
    return found


def current_person() -> Person | None:
    """The person of the session, or None, also while a code or a new password is still missing."""
    seat = current_seat()
    if seat is None or seat.stage is not Stage.WHOLE:
        return None
    return Person(seat.name, seat.role, seat.login, seat.cameras)


def _look_up(token: str) -> Seat | None:
    if not token:
        return None
    with reading() as reader:
        return seat_of(reader, token, time.time_ns() // 1_000_000, current_settings().code_roles)


def the_person() -> Person:
    """The person of the session; raises NotLoggedInError."""
    person = current_person()
    if person is None:
        raise NotLoggedInError("Bạn chưa đăng nhập, hoặc phiên làm việc đã hết hạn. Hãy đăng nhập lại.")
    return person


def the_viewer() -> Person:
    """Whoever may look: a person, or a wall with its token (query or cookie); raises UnknownScreenError."""
    person = current_person()
    if person is not None:
        return person
    if has_wall_token():
        return WALL
    raise UnknownScreenError("Màn hình này chưa có mã thiết bị đúng. Hãy mở địa chỉ kèm mã mà kỹ thuật viên đã cấp.")


def has_wall_token() -> bool:
    """Whether the request carries the device token of walls."""
    given = request.args.get("token") or request.cookies.get(WALL_COOKIE, "")
    return hmac.compare_digest(given.encode(), current_settings().wall_token.encode())


def live_token() -> str:
    """What this browser's pages watch live with: the device token of a wall, or a pass for as long as the log-in."""
    settings, seat = current_settings(), current_seat()
    if seat is None or seat.stage is not Stage.WHOLE:
        return settings.wall_token if has_wall_token() else ""
    return live_pass(settings.wall_token, LivePass(seat.until_ms, seat.cameras, seat.session))


def must_see(camera: str) -> None:
    """Raise ForbiddenError when whoever asks is a person whose account does not have this camera."""
    person = current_person()
    if person is not None and not person.sees(camera):
        raise ForbiddenError("Tài khoản của bạn không được xem camera này.")


def csrf_token() -> str:
    """The session's secret that every POST must carry."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def session_key() -> str:
    """Names this session in the memory of the server: the same secret, made anew at every log-in."""
    return csrf_token()


def check_csrf() -> None:
    """Refuse a POST that our own page did not make; raises ForbiddenError."""
    if request.method not in {"POST", "PUT", "PATCH", "DELETE"}:
        return
    given = request.headers.get(CSRF_HEADER) or request.form.get("csrf", "")
    if not hmac.compare_digest(given.encode(), str(session.get("csrf", "")).encode()) or not given:
        raise ForbiddenError("Trang này đã cũ hoặc yêu cầu đến từ nơi khác. Hãy tải lại trang rồi làm lại.")
