"""The file of Zalo's tokens: the pair in use, the refresh token before it, and a spare from a second authorisation.

Whoever refreshes holds the file's lock. `save` returns when the new pair is on the disk: only then may it be used.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from drivers.base import MisconfiguredDriverError, TransientDriverError
from drivers.secret_file import finish_write, read_secret, write_secret

Token = Annotated[str, Meta(max_length=4000, pattern=r"^[\x21-\x7e]*\Z")]


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """As they lie on the disk. Times are UTC milliseconds; empty or 0: there is none.

    ``previous`` is the refresh token that the current pair was bought with: a restored server may know only it.
    ``asked_at_ms`` stands since the first refresh whose answer is not on the disk. Writing it also shows that the disk
    takes writes, before a token is spent.
    """

    refresh_token: Annotated[Token, Meta(min_length=1)]
    access_token: Token = ""
    expires_at_ms: int = 0
    life_s: int = 0
    previous: Token = ""
    spare: Token = ""
    asked_at_ms: int = 0

    def valid(self, now_ms: int) -> bool:
        """Whether the access token still opens."""
        return bool(self.access_token) and now_ms < self.expires_at_ms

    def due(self, now_ms: int) -> bool:
        """Whether it is time for a new pair: at half of its life, so that a failed refresh leaves hours to mend it."""
        return not self.access_token or now_ms >= self.expires_at_ms - self.life_s * 500

    def candidates(self) -> tuple[str, ...]:
        """The refresh tokens to try, in this order."""
        return tuple(dict.fromkeys(token for token in (self.refresh_token, self.previous, self.spare) if token))


class TokenFile:
    """On the disk, mode 0600, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Tokens:
        """What lies there; `MisconfiguredDriverError` when it is none."""
        tokens = _decoded(read_secret(self.path))
        if tokens is None:
            raise MisconfiguredDriverError(f"Tệp mã Zalo {self.path} không đọc được: hãy cấp quyền lại.")
        return tokens

    def save(self, tokens: Tokens) -> None:
        """On the disk when this returns; a disk that takes nothing is a `TransientDriverError`."""
        try:
            write_secret(self.path, msgspec.json.encode(tokens))
        except OSError as error:
            raise TransientDriverError(f"Không ghi được tệp mã Zalo {self.path}: {error.strerror}.") from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one who refreshes; `TransientDriverError` while another does.

        A pair that a crash left whole beside the file is put in its place first: it is the newer one, paid for already.
        """
        descriptor = self._lock_file()
        try:
            _lock(descriptor)
            self._recover()
            yield
        finally:
            os.close(descriptor)

    def _recover(self) -> None:
        try:
            finish_write(self.path, lambda data: _decoded(data) is not None)
        except OSError as error:
            raise TransientDriverError(f"Không ghi được tệp mã Zalo {self.path}: {error.strerror}.") from error

    def _lock_file(self) -> int:
        try:
            return os.open(self.path.with_name(f".{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise TransientDriverError(f"Không khóa được tệp mã Zalo {self.path}: {error.strerror}.") from error


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise TransientDriverError("another process refreshes Zalo's tokens") from error


def _decoded(data: bytes) -> Tokens | None:
    try:
        return msgspec.json.decode(data, type=Tokens)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
