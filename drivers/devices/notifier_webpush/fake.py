"""The simulator: a push service on loopback, and browsers that subscribe to it and read what comes.

The browser decrypts with code of its own (HKDF of the library, RFC 8188 read from the other end), and checks the token.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from drivers.devices.notifier_webpush.subscription import from_base64url, to_base64url
from drivers.transport.fake_http import FakeHttpServer
from drivers.transport.fake_pty import Fault

MOST_BODY = 4096


@dataclass(slots=True)
class Browser:
    """A phone's browser with its keys. ``waiting`` is by topic: a repeat replaces."""

    name: str
    url: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def point(self) -> bytes:
        """The public key."""
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self) -> str:
        """As `PushSubscription.toJSON` gives it."""
        keys = {"p256dh": to_base64url(self.point), "auth": to_base64url(self.auth)}
        return json.dumps({"endpoint": f"{self.url}/push/{self.name}", "expirationTime": None, "keys": keys})

    def read(self, body: bytes) -> bytes:
        """Decrypt a body, RFC 8188 and 8291."""
        salt, id_length = body[:16], body[20]
        sender, record = body[21 : 21 + id_length], body[21 + id_length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        keying = _hkdf(self.auth, b"WebPush: info\0" + self.point + sender, 32, shared)
        key = _hkdf(salt, b"Content-Encoding: aes128gcm\0", 16, keying)
        nonce = _hkdf(salt, b"Content-Encoding: nonce\0", 12, keying)
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        if plain[-1:] != b"\x02":
            raise ValueError("no delimiter of a last record")
        return plain[:-1]


def _hkdf(salt: bytes, info: bytes, length: int, keying: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(keying)


class FakePushService(FakeHttpServer):
    """``status`` other than 201 refuses; ``fault`` spoils the answer."""

    def __init__(self) -> None:
        super().__init__(web.post("/push/{name}", self._push))
        self.browsers: dict[str, Browser] = {}
        self.tries: list[Mapping[str, str]] = []
        self.bodies: list[bytes] = []
        self.status = 201
        self.answer_headers: dict[str, str] = {}

    def subscribe(self, name: str) -> Browser:
        """A phone that allows messages."""
        self.browsers[name] = Browser(name, self.url)
        return self.browsers[name]

    async def _push(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.tries.append({name.lower(): value for name, value in request.headers.items()})
        self.bodies.append(body)
        if self.status != 201:
            return web.Response(status=self.status, headers=self.answer_headers)
        browser = self.browsers.get(request.match_info["name"])
        if browser is None:
            return web.Response(status=410)
        refused = self._refusal(request, body)
        if refused:
            return web.Response(status=refused)
        browser.waiting[request.headers["Topic"]] = json.loads(browser.read(body))
        return await self._answered(request)

    def _refusal(self, request: web.Request, body: bytes) -> int:
        if len(body) > MOST_BODY:
            return 413
        if not request.headers["TTL"].isdecimal() or request.headers["Content-Encoding"] != "aes128gcm":
            return 400
        return 0 if claims_of(request.headers["Authorization"])["aud"] == self.url else 403

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        await self.held_back()
        if self.fault in (Fault.HALF, Fault.GARBLED):
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=201, headers={"Location": f"{self.url}/message/1"})


def claims_of(authorization: str) -> dict[str, Any]:
    """Those of a VAPID header; `cryptography`'s InvalidSignature when its own key did not sign it."""
    fields = dict(part.split("=", 1) for part in authorization.removeprefix("vapid ").split(", "))
    signed, signature = fields["t"].rsplit(".", 1)
    raw = from_base64url(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(fields["k"]))
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(encode_dss_signature(*numbers), signed.encode(), ec.ECDSA(hashes.SHA256()))
    claims: dict[str, Any] = json.loads(from_base64url(signed.split(".")[1]))
    return claims
