"""Where a browser is: the peer, or whom the local nginx names."""

import ipaddress

from flask import request

from web.settings import current_settings

_LONGEST_AGENT = 200


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


def client_agent() -> str:
    """What the browser says it is, printable and short."""
    agent = request.headers.get("User-Agent", "")
    return "".join(letter for letter in agent if letter.isprintable())[:_LONGEST_AGENT]


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
