"""Ed25519 signatures over statements of the box about itself, by a key of its own: never the key of the orders."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from edge.core.errors import MisconfiguredError
from edge.kernel.signing import key_id_of, write_new_key


@dataclass(frozen=True, slots=True)
class Statement:
    """What was said, in the very characters that were signed; the signature as hexadecimal text."""

    body: str
    key_id: str
    sig: str


class StatementKey:
    """A key that signs statements."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public_hex = private.public_key().public_bytes_raw().hex()
        self.key_id = key_id_of(self.public_hex)

    @classmethod
    def load_or_make(cls, path: Path) -> "StatementKey":
        """The key in this file (PEM, mode 0600), made when the file is not there yet."""
        if not path.exists():
            write_new_key(path)
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> "StatementKey":
        """The key in this file; raises MisconfiguredError when there is none."""
        try:
            private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except OSError as cause:
            raise MisconfiguredError(f"{path}: không đọc được khóa: {cause.strerror}.") from cause
        except ValueError as cause:
            raise MisconfiguredError(f"{path}: không phải khóa PEM: {cause}") from cause
        if not isinstance(private, Ed25519PrivateKey):
            raise MisconfiguredError(f"{path}: không phải khóa Ed25519.")
        return cls(private)

    def sign(self, body: str) -> Statement:
        """The statement as it is kept and travels."""
        return Statement(body, self.key_id, self._private.sign(body.encode()).hex())

    def sign_bytes(self, data: bytes) -> str:
        """The signature of these bytes, as hexadecimal text."""
        return self._private.sign(data).hex()


def is_signed(statement: Statement, public_hex: str) -> bool:
    """Whether the holder of this public key said exactly this."""
    return are_signed(statement.body.encode(), statement.sig, public_hex)


def are_signed(data: bytes, sig_hex: str, public_hex: str) -> bool:
    """Whether the holder of this public key signed exactly these bytes."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex))
        key.verify(bytes.fromhex(sig_hex), data)
    except (InvalidSignature, ValueError):
        return False
    return True
