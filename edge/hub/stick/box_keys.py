"""Which key signs for which box, as the province keeps it: lines of ``molang sync key``."""

import re
from collections.abc import Callable
from pathlib import Path

from edge.core.errors import MisconfiguredError

KeyOf = Callable[[str], str | None]
"""source -> public key (Ed25519, 64 hexadecimal digits), or None for a box that is not known."""
MAX_FILE_BYTES = 1024 * 1024
_LINE = re.compile(r"(?P<source>/xa/[a-z0-9-]+/box/[1-9][0-9]?)\s+(?P<key>[0-9a-f]{64})")


def keys_in(path: Path) -> KeyOf:
    """The keys of this file, one box a line: its source, then its key; raises MisconfiguredError naming the line."""
    try:
        text = path.read_bytes()[:MAX_FILE_BYTES].decode()
    except (OSError, UnicodeDecodeError) as cause:
        raise MisconfiguredError(f"{path}: không đọc được tệp khóa.") from cause
    keys: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.fullmatch(line.strip())
        if found:
            keys[found["source"]] = found["key"]
        elif line.strip() and not line.startswith("#"):
            raise MisconfiguredError(f"{path}:{number}: phải là dòng do `molang sync key` in ra.")
    return keys.get
