"""Secrets of the settings never reach a page: they are shown as dots, and dots that come back mean "as it was".

A secret goes only where it was meant for: whoever changes the address that it is sent to has to type it again.
"""

import re
from collections.abc import Mapping
from typing import Any

from edge.core.errors import FinalError

DOTS = "••••••••"
_SECRET = re.compile(r"(^|_)(password|passwords|token|secret|pin|passphrase)\Z")
_WITH_USER = re.compile(r"(?P<scheme>[a-z]+://)(?P<user>[^/@\s]+)@(?P<rest>\S*)\Z")
_IN_LINE = re.compile(
    r"(?P<name>\b(?:\w+_)?(?:password|passwords|token|secret|pin|passphrase)(?:\.\w+)?\"?\s*=\s*)"
    r"(?P<value>\"(?:\\.|[^\"\\])*\"|'[^']*')"
)
_USER_IN_LINE = re.compile(r"(?<=://)[^/@\s\"']+(?=@)")
_HASH_IN_LINE = re.compile(r"\b(?:scrypt|pbkdf2):[^\s\"']+|\$argon2[^\s\"']+")
_PHONE = re.compile(r"(?<![\d.:-])(\+?84|0)\d{6,7}(\d{3})(?![\d.:-])")
_ADDRESSES = ("host", "url")


def is_secret(name: str) -> bool:
    """Whether a setting of this name is never shown."""
    return _SECRET.search(name) is not None


def hidden(value: Any, name: str = "") -> Any:
    """The value with dots in the place of every secret."""
    if isinstance(value, Mapping):
        return {key: hidden(one, DOTS if name and is_secret(name) else key) for key, one in value.items()}
    if isinstance(value, list):
        return [hidden(one, name) for one in value]
    if not isinstance(value, str):
        return DOTS if is_secret(name) else value
    if name == DOTS or is_secret(name):
        return DOTS if value else ""
    return _WITH_USER.sub(rf"\g<scheme>{DOTS}@\g<rest>", value)


def restored(new: Any, old: Any) -> Any:
    """What a page sent, with what its dots stand for; raises FinalError where nothing does."""
    if isinstance(new, Mapping):
        return _restored_table(new, old if isinstance(old, Mapping) else {})
    if isinstance(new, list):
        return _restored_list(new, old if isinstance(old, list) else [])
    if new == DOTS:
        if old is None:
            raise FinalError("Mật khẩu, mã bí mật phải gõ vào: chỗ này chưa có gì.")
        return old
    return _restored_address(new, old) if isinstance(new, str) and DOTS in new else new


def without_secrets(line: str) -> str:
    """A line of the file as it may be shown and kept in the history: no secret, no whole telephone number."""
    line = _IN_LINE.sub(rf'\g<name>"{DOTS}"', line)
    line = _HASH_IN_LINE.sub(DOTS, _USER_IN_LINE.sub(DOTS, line))
    return _PHONE.sub(r"\1••••\2", line)


def _restored_table(new: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: restored(one, old.get(name)) for name, one in new.items()}
    moved = any(row.get(name) != old[name] for name in old if name.endswith(_ADDRESSES))
    if moved and any(one == DOTS for one in new.values()):
        raise FinalError("Đổi địa chỉ máy thì phải gõ lại mật khẩu của máy đó: mật khẩu cũ không tự gửi sang máy khác.")
    return row


def _restored_list(new: list[Any], old: list[Any]) -> list[Any]:
    """Rows are known by their id, or by their place."""
    by_id = {row["id"]: row for row in old if isinstance(row, Mapping) and "id" in row}
    return [restored(one, _fellow(one, index, old, by_id)) for index, one in enumerate(new)]


def _fellow(one: Any, index: int, old: list[Any], by_id: Mapping[Any, Any]) -> Any:
    if isinstance(one, Mapping) and "id" in one:
        return by_id.get(str(one["id"]))
    return old[index] if index < len(old) else None


def _restored_address(new: str, old: Any) -> str:
    """The user and password of an address, if it still leads to the same machine."""
    was, wish = _WITH_USER.match(old) if isinstance(old, str) else None, _WITH_USER.match(new)
    if was is None or wish is None or wish["user"] != DOTS:
        raise FinalError(f"Địa chỉ {new[:60]!r} có dấu chấm che: hãy gõ đủ tên và mật khẩu.")
    if _machine(was["rest"]) != _machine(wish["rest"]):
        raise FinalError("Đổi địa chỉ máy thì phải gõ lại tên và mật khẩu trong địa chỉ.")
    return f"{wish['scheme']}{was['user']}@{wish['rest']}"


def _machine(rest: str) -> str:
    return re.split(r"[/?#]", rest, maxsplit=1)[0]
