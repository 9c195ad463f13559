"""Encrypts a message for one browser: RFC 8291 (keys) over RFC 8188 (aes128gcm, one record). Pure but for chance."""

from __future__ import annotations

import hmac
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from drivers.devices.notifier_webpush.subscription import POINT_BYTES

RECORD_SIZE = 4096
SALT_BYTES, KEY_BYTES, NONCE_BYTES, TAG_BYTES = 16, 16, 12, 16
LAST_RECORD = b"\x02"  # RFC 8188, 2: the delimiter of the last record, before its padding
MOST_BYTES = RECORD_SIZE - (SALT_BYTES + 4 + 1 + POINT_BYTES) - len(LAST_RECORD) - TAG_BYTES
"""RFC 8291, 4: a push service need not take more than 4096 bytes of body."""


def encrypted(plain: bytes, point: bytes, auth: bytes, own: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """The body. ``own`` and ``salt`` (16 bytes) must be fresh for every message.

    `ValueError` for more than `MOST_BYTES`, and for a point that is not on the curve.
    """
    if len(plain) > MOST_BYTES:
        raise ValueError(f"{len(plain)} bytes are too many for one push message, at most {MOST_BYTES}")
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    own_point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key, nonce = content_keys(own.exchange(ec.ECDH(), theirs), auth, point, own_point, salt)
    header = salt + struct.pack("!IB", RECORD_SIZE, len(own_point)) + own_point
    return header + AESGCM(key).encrypt(nonce, plain + LAST_RECORD, None)


def content_keys(shared: bytes, auth: bytes, theirs: bytes, own: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """Key and nonce of the one record, RFC 8291, 3.4. ``theirs`` is the browser's point, ``own`` the sender's."""
    keying = _hmac(_hmac(auth, shared), b"WebPush: info\0" + theirs + own + b"\x01")
    pseudo_random = _hmac(salt, keying)
    key = _hmac(pseudo_random, b"Content-Encoding: aes128gcm\0\x01")[:KEY_BYTES]
    return key, _hmac(pseudo_random, b"Content-Encoding: nonce\0\x01")[:NONCE_BYTES]


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")
