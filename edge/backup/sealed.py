"""Keys and certificates of a backup: encrypted with a passphrase that stands on no stick.

scrypt (RFC 7914) makes the key, AES-256-GCM (NIST SP 800-38D) encrypts and proves: a wrong passphrase and a changed
byte are told apart from nothing else, both are refused.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from edge.core.errors import FinalError, MisconfiguredError

MAGIC = b"MLSEAL1\n"
SALT_BYTES, NONCE_BYTES = 16, 12
COST = 2**15
"""32 MiB and a fifth of a second on a Pi for each guess."""
SHORTEST = 12


def seal(plain: bytes, passphrase: str) -> bytes:
    """Encrypt; raises MisconfiguredError for a passphrase that is soon guessed."""
    if len(passphrase) < SHORTEST:
        raise MisconfiguredError(f"Mật khẩu của bản sao phải có ít nhất {SHORTEST} ký tự.")
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    head = MAGIC + salt + nonce
    return head + AESGCM(_key(passphrase, salt)).encrypt(nonce, plain, head)


def unseal(sealed: bytes, passphrase: str) -> bytes:
    """Decrypt; raises FinalError for a wrong passphrase or a changed byte."""
    head, body = sealed[: len(MAGIC) + SALT_BYTES + NONCE_BYTES], sealed[len(MAGIC) + SALT_BYTES + NONCE_BYTES :]
    if not head.startswith(MAGIC):
        raise FinalError("Phần khóa của bản sao không đúng dạng.")
    salt, nonce = head[len(MAGIC) : len(MAGIC) + SALT_BYTES], head[-NONCE_BYTES:]
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, body, head)
    except (InvalidTag, ValueError) as cause:
        raise FinalError("Sai mật khẩu, hoặc phần khóa của bản sao đã hỏng.") from cause


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode())
