"""The key that signs links for phones: the supervisor makes it, the pages read it, nobody else does."""

import secrets
from pathlib import Path

from edge.core.errors import MisconfiguredError
from edge.kernel.disk import SECRET, write_atomically

BYTES = 32


def load_or_make_link_key(path: Path) -> bytes:
    """The key in this file (mode 0600), made now if there is none; raises MisconfiguredError for a short one.

    A new key ends every link that is on its way.
    """
    if not path.exists():
        write_atomically(path, secrets.token_bytes(BYTES), SECRET)
    key = path.read_bytes()
    if len(key) < BYTES:
        raise MisconfiguredError(f"{path}: khoá ký liên kết ngắn hơn {BYTES} byte; hãy xoá tệp để hộp tạo khoá mới.")
    return key
