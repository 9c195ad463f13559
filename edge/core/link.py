"""Links that open one incident for one person: signed, short-lived, worth nothing without a login (L7)."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

LIFE_MS = 24 * 3_600_000
"""Law L7: links expire in 24 h."""
LONGEST = 400
_PURPOSE = b"molang phone link 1\n"
"""Signed with everything: the key signs nothing else that could be taken for a link."""
_MAC_BYTES = 16


@dataclass(frozen=True, slots=True)
class LinkClaim:
    """Who was sent a link to which incident, and when it ends (UTC milliseconds)."""

    person: str
    incident: str
    until_ms: int


def link_token(key: bytes, claim: LinkClaim) -> str:
    """About 100 letters, digits, ``-``, ``_`` and one dot. ``key`` has at least 32 bytes."""
    body = json.dumps([claim.person, claim.incident, claim.until_ms], ensure_ascii=False, separators=(",", ":"))
    packed = _pack(body.encode())
    return f"{packed}.{_pack(_mac(key, packed))}"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links for messages. ``base`` is where phones find the pages (https://…); empty: there are no links."""

    base: str
    key: bytes

    def to(self, person: str, incident: str, now_ms: int) -> str:
        """The address for ``Message.url``; empty without a ``base``.

        The token stands behind the #: browsers send that to no server, so no log and no other site ever sees it.
        """
        if not self.base:
            return ""
        return f"{self.base.rstrip('/')}/dt/#l/{link_token(self.key, LinkClaim(person, incident, now_ms + LIFE_MS))}"


def read_link(key: bytes, token: str, now_ms: int) -> LinkClaim | None:
    """What a token says; None for one that is forged, damaged, over, or claims to live longer than any of ours."""
    packed, _, mac = token.partition(".")
    if len(token) > LONGEST or not token.isascii():
        return None
    if not hmac.compare_digest(_pack(_mac(key, packed)), mac):
        return None
    claim = _claim(packed)
    return claim if claim and now_ms < claim.until_ms <= now_ms + LIFE_MS + _SKEW_MS else None


_SKEW_MS = 10 * 60_000
"""The clock of the box may have been set back between making and reading."""


def _claim(packed: str) -> LinkClaim | None:
    try:
        person, incident, until_ms = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        return LinkClaim(str(person), str(incident), int(until_ms))
    except (ValueError, TypeError, binascii.Error):
        return None


def _mac(key: bytes, packed: str) -> bytes:
    return hmac.new(key, _PURPOSE + packed.encode(), hashlib.sha256).digest()[:_MAC_BYTES]


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
