"""Secrets of accounts: hashed or sealed with a key that the database does not hold."""

import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from edge.core.errors import FinalError

_NONCE = 12
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look alike: passwords and codes are copied from paper."""
MEMORY_KIB, TURNS, LANES = 19 * 1024, 2, 1
"""OWASP's second choice for argon2id (Password Storage Cheat Sheet): some 30 ms, and the supervisor stays small."""


class Vault:
    """Hashes passwords (argon2id over an HMAC), seals the secrets of codes (AES-256-GCM). Thread-safe."""

    def __init__(self, key: bytes, memory_kib: int = MEMORY_KIB) -> None:
        self._pepper = hmac.digest(key, b"password", "sha256")
        self._paper = hmac.digest(key, b"paper", "sha256")
        self._sealer = AESGCM(hmac.digest(key, b"code", "sha256"))
        self._hasher = PasswordHasher(time_cost=TURNS, memory_cost=memory_kib, parallelism=LANES)
        self._nobody = self.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """What is stored of a password. Slow on purpose: call it in a thread."""
        return self._hasher.hash(self._peppered(password))

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether it is this password; takes as long for None, an account that does not exist."""
        try:
            fits = self._hasher.verify(stored or self._nobody, self._peppered(password))
        except (VerificationError, InvalidHashError):
            return False
        return fits and stored is not None

    def is_dated(self, stored: str) -> bool:
        """Whether it was hashed at a lower cost than today's."""
        return self._hasher.check_needs_rehash(stored)

    def seal(self, secret: str, account: str) -> bytes:
        """The secret of an account's codes as it is stored."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._sealer.encrypt(nonce, secret.encode(), account.encode())

    def unseal(self, sealed: bytes, account: str) -> str:
        """The secret again; raises FinalError when key, account and secret do not belong together."""
        try:
            return self._sealer.decrypt(sealed[:_NONCE], sealed[_NONCE:], account.encode()).decode()
        except (InvalidTag, ValueError) as cause:
            raise FinalError("Mã xác thực của tài khoản này không đọc được; quản trị phải đặt lại.") from cause

    def paper_hash(self, code: str) -> str:
        """What is stored of a code on paper."""
        plain = "".join(code.split()).replace("-", "").lower()
        return hmac.digest(self._paper, plain.encode(), "sha256").hex()

    def _peppered(self, password: str) -> str:
        return hmac.digest(self._pepper, password.encode(), "sha256").hex()


def new_password() -> str:
    """Twelve letters in threes, about 59 bits."""
    return new_words(3)


def new_words(count: int) -> str:
    """So many groups of four letters."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(count))
