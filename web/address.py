"""Where a browser is: the peer, or whom the local nginx names."""

import ipaddress
import re
import secrets

from flask import request
from werkzeug.wrappers import Response

from web.settings import current_settings

_LONGEST_AGENT = 200
DEVICE_COOKIE = "mo_lang_may"
_DEVICE = re.compile(r"[A-Za-z0-9_-]{43}")
_YEAR_S = 365 * 86_400


def client_address() -> str:
    """The browser's address. X-Forwarded-For counts only behind nginx: from this machine, and with TLS before us.

    Its last entry is the one that nginx itself wrote; what a browser puts there stands before it.
    """
    peer = request.remote_addr or ""
    if not (current_settings().https and _is_loopback(peer)):
        return peer
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(named))
    except ValueError:
        return peer


def client_device() -> str:
    """The word by which accounts know this browser again (docs/design/accounts.md); empty before its first log-in."""
    word = request.cookies.get(DEVICE_COOKIE, "")
    return word if _DEVICE.fullmatch(word) else ""


def caller() -> dict[str, str]:
    """The fields of a request that say from where a browser asks (edge.control.protocol.FromBrowser)."""
    return {"address": client_address(), "agent": client_agent(), "device": client_device()}


def new_device() -> str:
    """A word for a browser that has none."""
    return secrets.token_urlsafe(32)


def keep_device(answer: Response, word: str) -> None:
    """The browser brings it along from now on. It opens nothing: it spares its owner from strangers' wrong tries."""
    secure = current_settings().https
    answer.set_cookie(DEVICE_COOKIE, word, max_age=_YEAR_S, httponly=True, secure=secure, samesite="Strict")


def client_agent() -> str:
    """What the browser says it is, printable and short."""
    agent = request.headers.get("User-Agent", "")
    return "".join(letter for letter in agent if letter.isprintable())[:_LONGEST_AGENT]


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
