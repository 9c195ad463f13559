"""The key that signs links for phones: the supervisor makes it, the pages read it, nobody else does."""

import os
import secrets
from pathlib import Path

from edge.core.errors import MisconfiguredError

BYTES = 32


def load_or_make_link_key(path: Path) -> bytes:
    """The key in this file (mode 0600), made now if there is none; raises MisconfiguredError for a short one.

    A new key ends every link that is on its way.
    """
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(file, secrets.token_bytes(BYTES))
            os.fsync(file)
        finally:
            os.close(file)
        draft.replace(path)
    key = path.read_bytes()
    if len(key) < BYTES:
        raise MisconfiguredError(f"{path}: khoá ký liên kết ngắn hơn {BYTES} byte; hãy xoá tệp để hộp tạo khoá mới.")
    return key
