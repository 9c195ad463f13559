"""What a browser gave us when a person allowed messages: where to send, and for whom to encrypt. Pure.

The page sends whatever a browser, or somebody with a login, made up: an address is only asked when its host is a push
service that we know, so that nobody sends the box into its own network.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Meta

from drivers.base import FinalDriverError, MisconfiguredDriverError

KNOWN_HOSTS = "fcm.googleapis.com, *.push.services.mozilla.com, *.push.apple.com, *.notify.windows.com"
"""The push services of Chrome and its kin, Firefox, Safari and Edge, as their makers publish them."""
POINT_BYTES, AUTH_BYTES = 65, 16
_PATTERN = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts that may be asked: a whole name, or "*.domain" for every name below. A simulator listens on loopback."""

    hosts: tuple[str, ...]
    simulator_port: int | None = None

    def permits(self, endpoint: str) -> bool:
        """Whether this address may be asked at all."""
        try:
            parts = urlsplit(endpoint)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.password is not None or not endpoint.isascii():
            return False
        if self.simulator_port is not None and (parts.scheme, host, port) == ("http", "127.0.0.1", self.simulator_port):
            return True
        return parts.scheme == "https" and port in (None, 443) and any(_matches(host, known) for known in self.hosts)


def allowed_hosts(line: str, simulator_port: int | None = None) -> Allowed:
    """From "push.example, *.push.example"."""
    hosts = tuple(host.strip() for host in line.split(","))
    if wrong := [host for host in hosts if not _PATTERN.fullmatch(host)]:
        raise MisconfiguredDriverError(f"notifier_webpush.hosts: {wrong[0]!r} is no host and no *.domain")
    return Allowed(hosts, simulator_port)


@dataclass(frozen=True, slots=True)
class Subscription:
    """``point`` is the browser's public key on P-256, uncompressed; ``auth`` its secret (RFC 8291, 3.2)."""

    endpoint: str
    point: bytes
    auth: bytes

    @property
    def origin(self) -> str:
        """Scheme and host, for whom a VAPID token is made out."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}"


class _Keys(msgspec.Struct, frozen=True):
    p256dh: Annotated[str, Meta(max_length=100)]
    auth: Annotated[str, Meta(max_length=30)]


class _Json(msgspec.Struct, frozen=True):
    endpoint: Annotated[str, Meta(max_length=1000, pattern=r"^\S+\Z")]
    keys: _Keys


def read_subscription(to: str, allowed: Allowed) -> Subscription:
    """`FinalDriverError` for what no browser makes and for a host that is not allowed; it quotes nothing of it."""
    try:
        given = msgspec.json.decode(to.encode(), type=_Json)
        point, auth = from_base64url(given.keys.p256dh), from_base64url(given.keys.auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError) as error:
        raise FinalDriverError("this is no push subscription of a browser") from error
    if len(point) != POINT_BYTES or len(auth) != AUTH_BYTES:
        raise FinalDriverError("the keys of this push subscription have a wrong length")
    if not allowed.permits(given.endpoint):
        raise FinalDriverError("this push subscription leads to a host that is not allowed")
    return Subscription(given.endpoint, point, auth)


def from_base64url(text: str) -> bytes:
    """With or without padding; anything else is a `ValueError`."""
    bare = text.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", bare):
        raise ValueError("not base64url")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def to_base64url(data: bytes) -> str:
    """Without padding, as web push writes everything."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _matches(host: str, known: str) -> bool:
    if known.startswith("*."):
        return host.endswith(known[1:]) and len(host) > len(known) - 1
    return host == known
