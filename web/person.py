"""Who is asking: the person of the session, or the wall by its device token."""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

from flask import request, session

from edge.core.link import LIFE_MS
from edge.core.policy.rights import ROLE_NAMES, Role
from web.problems import ForbiddenError, NotLoggedInError, UnknownScreenError
from web.settings import current_settings

WALL_COOKIE = "mo_lang_wall"
CSRF_HEADER = "X-CSRF"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in; ``name`` goes to the audit log."""

    name: str
    role: Role

    @property
    def role_name(self) -> str:
        """The role in Vietnamese."""
        return ROLE_NAMES[self.role]


WALL = Person("wall", Role.WALL)


SHIFT_S, LINK_LIFE_S = 12 * 3600, LIFE_MS // 1000
"""How long a log-in holds: a shift; an official's as long as the links in his messages, so that a flood's night asks
him for his password once."""


def log_in(name: str, role: Role, password_hash: str) -> None:
    """Start a session; whatever the visitor had before is dropped."""
    session.clear()
    session.permanent = True
    until_s = time.time() + (LINK_LIFE_S if role is Role.OFFICIAL else SHIFT_S)
    session.update(name=name or ROLE_NAMES[role], role=role.value, seal=_seal(password_hash), until_s=int(until_s))


def current_person() -> Person | None:
    """The person of the session, or None. A changed password ends every session of its role."""
    if session.get("until_s", 0) < time.time():
        return None
    try:
        role = Role(session.get("role", ""))
    except ValueError:
        return None
    password_hash = current_settings().passwords.get(role.value)  # type: ignore[call-overload]  # WALL is in no dict
    if password_hash is None or session.get("seal") != _seal(password_hash):
        return None
    return Person(str(session.get("name", "")), role)


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


def _seal(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]
