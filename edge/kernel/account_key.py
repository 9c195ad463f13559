"""The key of the accounts: only the supervisor reads it, so that a copy of the database opens no account."""

import secrets
from pathlib import Path

from edge.core.errors import MisconfiguredError
from edge.kernel.disk import SECRET, write_atomically

BYTES = 32


def load_or_make_account_key(path: Path) -> bytes:
    """The key in this file (mode 0600), made now if there is none; raises MisconfiguredError for a short one.

    With another key no password and no code of the database fits any more: each account must be reset.
    """
    if not path.exists():
        write_atomically(path, secrets.token_bytes(BYTES), SECRET)
    key = path.read_bytes()
    if len(key) < BYTES:
        raise MisconfiguredError(f"{path}: khoá của các tài khoản ngắn hơn {BYTES} byte; hãy lấy lại từ bản sao lưu.")
    return key
