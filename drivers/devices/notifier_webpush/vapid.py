"""The box's name at the push services (VAPID, RFC 8292): a key on P-256, and tokens signed by it.

A browser's subscription belongs to this key: whoever loses the file must ask every phone again.
"""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from drivers.base import MisconfiguredDriverError, TransientDriverError
from drivers.devices.notifier_webpush.subscription import to_base64url
from drivers.secret_file import read_secret, write_secret

TOKEN_LIFE_S = 12 * 3600
"""RFC 8292, 2: at most 24 h; half of it bears a clock that is some hours off."""
SCALAR_BYTES = 32


def application_server_key(path: Path) -> str:
    """What a page gives to `pushManager.subscribe`: the public key, base64url. The file is made at first use, 0600."""
    return public_point(load_key(path))


def load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The key of this file, made if there is none. `MisconfiguredDriverError` (Vietnamese) for anything else there."""
    if not path.exists():
        _make(path)
    try:
        key = load_pem_private_key(read_secret(path), None)
    except (ValueError, TypeError) as error:
        raise MisconfiguredDriverError(f"Tệp {path} không phải khóa VAPID.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise MisconfiguredDriverError(f"Khóa trong {path} không thuộc đường cong P-256.")
    return key


def public_point(key: ec.EllipticCurvePrivateKey) -> str:
    """The public key as web push writes it."""
    return to_base64url(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def authorization(key: ec.EllipticCurvePrivateKey, origin: str, contact: str, now_s: int) -> str:
    """The header that tells ``origin`` who sends, and where to complain (``contact``: mailto: or https:)."""
    claims = {"aud": origin, "exp": now_s + TOKEN_LIFE_S, "sub": contact}
    signed = ".".join(to_base64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = to_base64url(r.to_bytes(SCALAR_BYTES, "big") + s.to_bytes(SCALAR_BYTES, "big"))
    return f"vapid t={signed}.{signature}, k={public_point(key)}"


def _make(path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_secret(path, pem)
    except OSError as error:
        raise TransientDriverError(f"Không ghi được khóa VAPID {path}: {error.strerror}.") from error
