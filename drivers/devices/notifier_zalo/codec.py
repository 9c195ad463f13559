"""The JSON of Zalo's notification service (ZNS) and of its token server as values, both directions. Pure.

Sources: README.md, "Errors". A code that is not in the table is an answer all the same: the message was not taken.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from drivers.base import (
    FinalDriverError,
    Message,
    MisconfiguredDriverError,
    Receipt,
    TransientDriverError,
    UnsureDriverError,
)
from drivers.foreign_words import quoted

TEXT_BLANK = "noi_dung"
"""The blank that takes `Message.text` when the facts have none of this name."""
DEFAULT_LIFE_S = 3600
"""For an answer of the token server without an expiry of its own, which has not been seen."""
LONGEST_LIFE_S = 100 * 86_400
MOST_QUOTED = 200
_PHONE = re.compile(r"(?:\+?84|0)([1-9][0-9]{8,9})")
_SEPARATORS = re.compile(r"[\s.\-()]")
_BLANK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


class Sort(Enum):
    """Whom an error concerns."""

    AGAIN = auto()
    """Nobody: the same request may be taken later."""
    TOKEN = auto()
    """The access token: get another."""
    MESSAGE = auto()
    """This message or this person: the same request is refused again."""
    ACCOUNT = auto()
    """Every message of this channel, until a person has put it right."""


ERRORS: Mapping[int, tuple[Sort, str]] = {
    -32: (Sort.AGAIN, "gửi quá nhanh"),
    -100: (Sort.AGAIN, "lỗi chưa rõ của Zalo"),
    -101: (Sort.ACCOUNT, "ứng dụng không hợp lệ"),
    -102: (Sort.ACCOUNT, "ứng dụng không tồn tại"),
    -103: (Sort.ACCOUNT, "ứng dụng chưa được kích hoạt"),
    -104: (Sort.ACCOUNT, "khóa bí mật của ứng dụng không đúng"),
    -105: (Sort.ACCOUNT, "ứng dụng chưa được liên kết với OA"),
    -108: (Sort.MESSAGE, "số điện thoại không hợp lệ"),
    -109: (Sort.ACCOUNT, "mẫu tin không hợp lệ"),
    -110: (Sort.MESSAGE, "ứng dụng Zalo của người nhận quá cũ"),
    -111: (Sort.MESSAGE, "mẫu tin không có dữ liệu"),
    -112: (Sort.MESSAGE, "dữ liệu của mẫu tin không hợp lệ"),
    -114: (Sort.MESSAGE, "người nhận không hoạt động hoặc không nhận tin"),
    -115: (Sort.ACCOUNT, "tài khoản ZNS đã hết tiền hoặc hết lượt"),
    -116: (Sort.MESSAGE, "nội dung không hợp lệ"),
    -117: (Sort.ACCOUNT, "OA hoặc ứng dụng không được dùng mẫu tin này"),
    -118: (Sort.MESSAGE, "số này không có tài khoản Zalo"),
    -119: (Sort.MESSAGE, "tài khoản này không nhận được tin ZNS"),
    -120: (Sort.ACCOUNT, "OA không được dùng chức năng này"),
    -124: (Sort.TOKEN, "mã truy cập không hợp lệ hoặc đã hết hạn"),
    -131: (Sort.ACCOUNT, "mẫu tin chưa được duyệt"),
    -132: (Sort.MESSAGE, "tham số không hợp lệ"),
    -133: (Sort.MESSAGE, "mẫu tin này không được gửi ban đêm"),
    -135: (Sort.ACCOUNT, "OA không được gửi tin ZNS"),
    -144: (Sort.ACCOUNT, "OA đã hết lượt gửi trong ngày"),
    -147: (Sort.ACCOUNT, "mẫu tin đã hết lượt gửi trong ngày"),
    -216: (Sort.TOKEN, "mã truy cập không hợp lệ hoặc đã hết hạn"),
}
REFRESH_REFUSED = frozenset({-14014, -14020})
"""The token server knows the refresh token no more: it is used, or too old."""


class TokenRefusedError(TransientDriverError):
    """Zalo wants another access token; nothing was sent."""


class GrantRefusedError(MisconfiguredDriverError):
    """The refresh token is used or too old."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A fresh pair. ``life_s`` is the reply's own expiry."""

    access_token: str
    refresh_token: str
    life_s: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Zalo took a message; ``remaining`` is what is left of the day's quota, where it says so."""

    receipt: Receipt
    remaining: str


class _SendReply(msgspec.Struct, frozen=True):
    error: int
    message: Annotated[str, Meta(max_length=2000)] = ""
    data: dict[str, Any] | None = None


class _TokenReply(msgspec.Struct, frozen=True):
    access_token: Annotated[str, Meta(max_length=4000)] = ""
    refresh_token: Annotated[str, Meta(max_length=4000)] = ""
    expires_in: int | str | float | None = None
    error: int = 0
    error_name: str = ""
    error_description: str = ""


def phone_of(to: str) -> str:
    """A number as Zalo wants it, "84912345678"; of another country or no number at all: a `FinalDriverError`."""
    found = _PHONE.fullmatch(_SEPARATORS.sub("", to))
    if found is None:
        raise FinalDriverError("Zalo chỉ nhận số điện thoại Việt Nam; số này không phải.")
    return "84" + found[1]


def blanks_of(line: str) -> tuple[str, ...]:
    """The blanks of the approved template, from "thon, muc, noi_dung"."""
    names = tuple(name.strip() for name in line.split(","))
    wrong = [name for name in names if not _BLANK_NAME.fullmatch(name)]
    if wrong or len(set(names)) != len(names):
        raise MisconfiguredDriverError(f"notifier_zalo.blanks: {line!r} is no list of different names")
    return names


def send_body(message: Message, template: str, blanks: Sequence[str]) -> bytes:
    """The request for one message. Only the template's own blanks leave the box, and each must have its words."""
    words = {TEXT_BLANK: message.text, **message.facts}
    data = {name: unicodedata.normalize("NFC", words.get(name, "")).strip() for name in blanks}
    if empty := [name for name, text in data.items() if not text]:
        raise FinalDriverError(f"Mẫu tin Zalo cần {', '.join(empty)}, mà tin này không có.")
    body = {
        "phone": phone_of(message.to),
        "template_id": template,
        "template_data": data,
        "tracking_id": message.id,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def taken(status: int, body: bytes, tracking_id: str) -> Taken:
    """What came of a message; every refusal is an error of its sort."""
    if status == 401:
        raise TokenRefusedError("Zalo: mã truy cập không hợp lệ hoặc đã hết hạn (401).")
    if status in (429, 503):
        raise TransientDriverError(f"Zalo: máy chủ đang bận ({status}).")
    reply = _send_reply(status, body)
    if reply.error != 0:
        raise _refusal(reply)
    data = reply.data or {}
    quota = data.get("quota")
    remaining = str(quota.get("remainingQuota", ""))[:20] if isinstance(quota, dict) else ""
    return Taken(Receipt((str(data.get("msg_id") or tracking_id)[:100],)), remaining)


def refresh_form(app_id: str, refresh_token: str) -> bytes:
    """The request for a new pair."""
    return urlencode({"refresh_token": refresh_token, "app_id": app_id, "grant_type": "refresh_token"}).encode()


def granted(status: int, body: bytes, used: str) -> Granted:
    """The new pair. That ``used`` is refused is a `GrantRefusedError`; any other failure is transient."""
    try:
        reply = msgspec.json.decode(body, type=_TokenReply)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise TransientDriverError(f"Máy chủ mã của Zalo trả lời điều không đọc được ({status}).") from error
    if reply.access_token:
        return Granted(reply.access_token, reply.refresh_token or used, _life_s(reply.expires_in))
    if reply.error in REFRESH_REFUSED:
        raise GrantRefusedError("Zalo không nhận mã làm mới: mã đã dùng hoặc quá hạn.")
    reason = reply.error_description or reply.error_name or "không nói lý do"
    raise TransientDriverError(f"Máy chủ mã của Zalo từ chối ({status}, {reply.error}): {quoted(reason, MOST_QUOTED)}.")


def _send_reply(status: int, body: bytes) -> _SendReply:
    try:
        return msgspec.json.decode(body, type=_SendReply)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if 400 <= status < 500:
            raise FinalDriverError(f"Zalo: yêu cầu bị từ chối ({status}).") from error
        raise UnsureDriverError(f"Zalo trả lời điều không đọc được ({status}): có thể đã gửi.") from error


def _refusal(reply: _SendReply) -> Exception:
    sort, words = ERRORS.get(reply.error, (Sort.MESSAGE, quoted(reply.message, MOST_QUOTED) or "không nói lý do"))
    text = f"Zalo: {words} ({reply.error})."
    kinds = {
        Sort.AGAIN: TransientDriverError,
        Sort.TOKEN: TokenRefusedError,
        Sort.MESSAGE: FinalDriverError,
        Sort.ACCOUNT: MisconfiguredDriverError,
    }
    return kinds[sort](text)


def _life_s(given: float | str | None) -> int:
    try:
        life = int(float(given)) if given is not None else DEFAULT_LIFE_S
    except (ValueError, OverflowError):
        return DEFAULT_LIFE_S
    return min(life, LONGEST_LIFE_S) if life > 0 else DEFAULT_LIFE_S
