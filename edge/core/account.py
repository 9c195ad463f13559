"""Accounts of people: how they are called, how far a log-in got, which cameras they may see."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from edge.core.errors import FinalError, TransientError
from edge.core.link import LIFE_MS
from edge.core.policy.rights import Role

CODES_DEMANDED = frozenset({Role.LEADER, Role.ADMIN})
"""Whoever approves and whoever makes accounts proves with a second thing that he is he."""
SHIFT_MS = 12 * 3_600_000
LIFE_BY_ROLE_MS = {Role.OFFICIAL: LIFE_MS}
"""How long a log-in holds: a shift; an official's as long as the links in his messages, so that a flood's night asks
him for his password once."""
MOST_ACCOUNTS = 200
MOST_SESSIONS = 10
"""Of one account; one more ends the oldest."""
LEAST_PASSWORD, MOST_PASSWORD = 10, 200
MOST_DEVICES = 10
"""Of one account, on which its owner came in before; one more forgets the oldest."""
DEVICE_LIFE_MS = 180 * 86_400_000
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_MOST_NAME = 60
_WORN = ("matkhau", "password", "123456", "qwerty", "abc123", "molang", "uyban", "ubnd", "admin")
_TAKEN = ("wall", "mẫu", "tổng", "molang", "tỉnh", "hộp")
"""Names that the box signs its own deeds with."""


class ThrottledError(TransientError):
    """Too many wrong tries: nothing is checked for a while."""


class Stage(StrEnum):
    """What a log-in still needs; only WHOLE may ask for anything else."""

    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - the name of a step
    ENROL = "enrol"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Seat:
    """Whose session this is. ``cameras`` None: every camera; ``session`` is its public id, never its token."""

    account: str
    session: str
    login: str
    name: str
    role: Role
    cameras: frozenset[str] | None
    stage: Stage
    until_ms: int


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a browser asks from. ``device``: the random word of its cookie, the same for whoever uses this browser."""

    address: str
    agent: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class By:
    """Whose deed it is."""

    user: str
    role: str


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A new account. Without a password one is made up; ``must_change``: the person replaces it when he comes in."""

    login: str
    name: str
    role: Role
    cameras: tuple[str, ...] | None
    password: str = ""
    must_change: bool = True


def stage_of(role: Role, demanded: Collection[str], *, has_code: bool, must_change: bool, proved: bool) -> Stage:
    """The next step of a log-in whose password was right."""
    if has_code and not proved:
        return Stage.CODE
    if must_change:
        return Stage.PASSWORD
    return Stage.ENROL if role in demanded and not has_code else Stage.WHOLE


def life_ms(role: Role) -> int:
    """How long a log-in of this role holds."""
    return LIFE_BY_ROLE_MS.get(role, SHIFT_MS)


def may_see_camera(cameras: Collection[str] | None, camera: str) -> bool:
    """Whether an account with these cameras (None: all) may see this one."""
    return cameras is None or camera in cameras


def check_login(login: str) -> None:
    """Raise FinalError unless people can type it on any keyboard."""
    if not _LOGIN.fullmatch(login):
        raise FinalError(
            "Tên đăng nhập gồm 2 đến 32 ký tự: chữ thường không dấu, chữ số, dấu chấm hoặc gạch nối; chữ cái đứng đầu."
        )


def tidy_name(name: str) -> str:
    """The name as it is kept; raises FinalError when it is empty, too long or one that the box itself uses."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not 0 < len(tidy) <= _MOST_NAME or not tidy.isprintable():
        raise FinalError(f"Họ tên phải có từ 1 đến {_MOST_NAME} ký tự.")
    if tidy.casefold() in _TAKEN:
        raise FinalError("Tên này hộp dùng cho chính nó; hãy ghi họ tên đầy đủ.")
    return tidy


def check_password(password: str, login: str, name: str) -> None:
    """Raise FinalError for a password that somebody who knows the person would try."""
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise FinalError(f"Mật khẩu phải có từ {LEAST_PASSWORD} đến {MOST_PASSWORD} ký tự.")
    plain = _letters(password)
    own = {_letters(login), _letters(name), *(_letters(part) for part in name.split())}
    left = plain
    for word in sorted({*own, *_WORN}, key=len, reverse=True):
        left = left.replace(word, "") if len(word) > 2 else left
    if len(set(left)) < 5:
        raise FinalError("Mật khẩu này dễ đoán: đừng dùng tên mình, tên đăng nhập, dãy số hay từ quen thuộc.")


def _letters(text: str) -> str:
    """Without marks, capitals and spaces."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in decomposed if letter.isalnum())
