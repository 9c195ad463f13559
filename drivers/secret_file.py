"""Files that hold a secret: nobody else reads them, and they appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from drivers.base import MisconfiguredDriverError

FOREIGN = 0o027
"""Others may not read, write or enter; a group may read (a technician's Ansible installs root:molang 0640)."""
MOST_BYTES = 64 * 1024


def read_secret(path: Path) -> bytes:
    """What lies there. `MisconfiguredDriverError` (Vietnamese) when it is missing, too open or too large."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise MisconfiguredDriverError(f"Không đọc được tệp bí mật {path}: {error.strerror}.") from error
    if mode & FOREIGN:
        raise MisconfiguredDriverError(f"Tệp bí mật {path} mở cho người khác ({mode & 0o777:o}): hãy chmod 600.")
    if len(data) > MOST_BYTES:
        raise MisconfiguredDriverError(f"Tệp bí mật {path} dài quá {MOST_BYTES} byte.")
    return data


def read_secret_line(path: Path) -> str:
    """One line of ASCII, as a password or a key stands in its file; never an empty one."""
    try:
        line = read_secret(path).decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise MisconfiguredDriverError(f"Tệp bí mật {path} không phải chữ ASCII.") from error
    if not line or not line.isprintable():
        raise MisconfiguredDriverError(f"Tệp bí mật {path} phải có đúng một dòng.")
    return line


def write_secret(path: Path, data: bytes) -> None:
    """Replace the file, mode 0600. When this returns it is on the disk; before, the old one is whole."""
    draft = _draft_of(path)
    draft.unlink(missing_ok=True)  # one that a crash left may have another mode or owner
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


def finish_write(path: Path, whole: Callable[[bytes], bool]) -> bool:
    """Complete a `write_secret` that a crash broke off after its draft was ``whole``; whether there was one."""
    draft = _draft_of(path)
    if not draft.is_file() or not whole(draft.read_bytes()):
        return False
    draft.replace(path)
    _sync_folder(path.parent)
    return True


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
