"""Small files that survive a power cut."""

import os
from pathlib import Path

SECRET = 0o600
"""Only its owner reads it."""
USUAL = 0o666
"""As far as the umask of the process allows."""


def write_atomically(path: Path, data: bytes, mode: int = USUAL) -> None:
    """The file holds either the old bytes or all of ``data``, even after a power cut; raises OSError."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)  # one that a crash left may have another mode
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in this folder last."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
