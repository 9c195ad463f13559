"""Ed25519 signatures over the exact bytes of an order body (protocols.md, orders to horns)."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from edge.core.broadcast import Order, SignedOrder, order_from_body, order_to_body
from edge.core.errors import FinalError, MisconfiguredError
from edge.core.plan import Plan, plan_from_body, plan_to_body
from edge.kernel.disk import SECRET, write_atomically


class OrderKey:
    """The commune's order key; only the supervisor holds it."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public_hex = private.public_key().public_bytes_raw().hex()
        self.key_id = key_id_of(self.public_hex)

    @classmethod
    def load_or_make(cls, path: Path) -> "OrderKey":
        """The key in this file (PEM, mode 0600), made when the file is not there yet."""
        if not path.exists():
            write_new_key(path)
        try:
            private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except ValueError as cause:
            raise MisconfiguredError(f"{path}: không phải khóa PEM: {cause}") from cause
        if not isinstance(private, Ed25519PrivateKey):
            raise MisconfiguredError(f"{path}: không phải khóa Ed25519.")
        return cls(private)

    def sign(self, order: Order) -> SignedOrder:
        """The order as it travels."""
        return self._signed(order_to_body(order))

    def sign_plan(self, plan: Plan) -> SignedOrder:
        """The plan as it travels, in the envelope of an order."""
        return self._signed(plan_to_body(plan))

    def _signed(self, body: bytes) -> SignedOrder:
        return SignedOrder(body=body, key_id=self.key_id, sig=self._private.sign(body))


class TalkKey:
    """The key of one talk: made by the process that hears the microphone, never written down, gone with the talk."""

    def __init__(self) -> None:
        self._private = Ed25519PrivateKey.generate()
        self.public_hex = self._private.public_key().public_bytes_raw().hex()

    def seal(self, body: bytes) -> bytes:
        """A packet as it travels: its exact bytes and the signature over them."""
        return body + self._private.sign(body)


class TalkLock:
    """What a horn holds of a talk's key; ``talk_key`` is the public key, hex. Raises FinalError when it is none."""

    def __init__(self, talk_key: str) -> None:
        try:
            self._public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(talk_key))
        except ValueError as cause:
            raise FinalError("Lệnh phát trực tiếp không có khóa hợp lệ.") from cause

    def fits(self, body: bytes, signature: bytes) -> bool:
        """Whether the talk's own key signed exactly these bytes."""
        try:
            self._public.verify(signature, body)
        except InvalidSignature:
            return False
        return True


def key_id_of(public_hex: str) -> str:
    """Short name of a public key: the first 16 hexadecimal digits of its sha256."""
    return hashlib.sha256(bytes.fromhex(public_hex)).hexdigest()[:16]


def verify(signed: SignedOrder, keys: Mapping[str, str]) -> Order:
    """The order, if one of these keys (id -> public key, hex) signed it; raises FinalError otherwise."""
    return order_from_body(_genuine(signed, keys))


def verify_plan(signed: SignedOrder, keys: Mapping[str, str]) -> Plan:
    """The plan, if one of these keys signed it; raises FinalError otherwise."""
    return plan_from_body(_genuine(signed, keys))


def _genuine(signed: SignedOrder, keys: Mapping[str, str]) -> bytes:
    public_hex = keys.get(signed.key_id)
    if public_hex is None:
        raise FinalError(f"Lệnh ký bằng khóa lạ {signed.key_id[:16]!r}.")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex)).verify(signed.sig, signed.body)
    except (InvalidSignature, ValueError) as cause:
        raise FinalError("Chữ ký của lệnh không đúng.") from cause
    return signed.body


def write_new_key(path: Path) -> None:
    """A new private key in this file (PEM, mode 0600); it appears whole or not at all."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, pem, SECRET)
