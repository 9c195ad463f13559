"""Files of the hub on a disk that several instances share. Blocking: called in threads only.

``parts/<upload>.part`` is what has arrived of an upload: its length is the offset, so no crash can make the two differ.
``files/<2>/<sha256>`` is a whole file; it appears there by one rename after its content was verified and synced.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from edge.core.errors import TransientError
from edge.kernel.disk import sync_folder

BLOCK = 1024 * 1024
RESERVE_BYTES = 256 * 1024 * 1024
"""Never promised to an upload: the database may lie on the same disk."""
STRIPES = 256
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ID = re.compile(r"[0-9a-f]{32}")


class FullError(TransientError):
    """The disk takes nothing more."""


class Shelf:
    """One folder. Names that reach a path are ours alone: 32 hexadecimal digits of an upload, 64 of a content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("parts", "files", "locks"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def begin(self, upload: str, size: int) -> None:
        """An empty upload of this size to come; raises FullError."""
        disk = os.statvfs(self.folder)
        if disk.f_bavail * disk.f_frsize < size + RESERVE_BYTES:
            raise FullError("Ổ đĩa của tỉnh sắp đầy.")
        with _room():
            os.close(os.open(self.part(upload), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            sync_folder(self.folder / "parts")

    def arrived(self, upload: str, sha256: str, size: int) -> int | None:
        """How much of an upload lies here; None: nothing any more. A whole file may have its name already."""
        with contextlib.suppress(FileNotFoundError):
            return self.part(upload).stat().st_size
        return size if self.has(sha256) else None

    def lock(self, upload: str) -> "Part | None":
        """Its file for one writer; None while another has it. Raises FileNotFoundError when it is there no more.

        The lock is the kernel's (flock): it ends with its process, however that ends.
        """
        path = self.part(upload)
        descriptor = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.stat(path).st_ino != os.fstat(descriptor).st_ino:  # noqa: PTH116 - renamed while we waited
                raise FileNotFoundError(path)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            os.close(descriptor)
            raise
        self._knock(upload).unlink(missing_ok=True)
        return Part(descriptor, path, self._knock(upload))

    def knock(self, upload: str) -> None:
        """Ask whoever writes this upload to stop: the box has come back on another connection."""
        with _room():
            self._knock(upload).touch()

    def holds(self, upload: str, sha256: str) -> bool | None:
        """Whether what has arrived is this content; None when it is there no more."""
        found = hashlib.sha256()
        try:
            with self.part(upload).open("rb") as file:
                os.fsync(file.fileno())
                while block := file.read(BLOCK):
                    found.update(block)
        except FileNotFoundError:
            return None
        return found.hexdigest() == sha256

    def finish(self, upload: str, sha256: str) -> None:
        """Give a verified upload its name, for good; raises FullError."""
        target = self.file(sha256)
        with _room():
            target.parent.mkdir(exist_ok=True)
            self.part(upload).replace(target)
            sync_folder(target.parent)
            sync_folder(target.parent.parent)
            sync_folder(self.folder / "parts")

    def has(self, sha256: str) -> bool:
        """Whether this content lies here whole."""
        return self.file(sha256).is_file()

    def drop_part(self, upload: str) -> None:
        """Forget what has arrived of an upload."""
        self.part(upload).unlink(missing_ok=True)
        self._knock(upload).unlink(missing_ok=True)

    def drop_file(self, sha256: str) -> None:
        """Delete a content."""
        self.file(sha256).unlink(missing_ok=True)

    def strays(self, older_than_s: float) -> Iterator[str]:
        """Uploads whose file nobody has touched for so long."""
        oldest = time.time() - older_than_s
        for path in sorted((self.folder / "parts").iterdir()):
            with contextlib.suppress(FileNotFoundError):
                if _ID.fullmatch(path.stem) and path.stat().st_mtime < oldest:
                    yield path.stem

    def turn(self, sha256: str) -> int | None:
        """Take the turn of a content among all instances, or None; give it back with ``os.close``."""
        stripe = int(sha256[:2], 16) % STRIPES
        descriptor = os.open(self.folder / "locks" / f"{stripe:02x}", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def part(self, upload: str) -> Path:
        """Where an upload grows."""
        assert _ID.fullmatch(upload), "an upload's name is drawn by us"
        return self.folder / "parts" / f"{upload}.part"

    def file(self, sha256: str) -> Path:
        """Where a content lies."""
        return self.folder / "files" / sha256[:2] / sha256

    def _knock(self, upload: str) -> Path:
        return self.folder / "parts" / f"{upload}.knock"


class Part:
    """An upload's file, locked for us. Close it."""

    def __init__(self, descriptor: int, path: Path, knock: Path) -> None:
        self._descriptor = descriptor
        self._path = path
        self._knock = knock

    @property
    def size(self) -> int:
        """How much has arrived."""
        return os.fstat(self._descriptor).st_size

    def append(self, data: bytes) -> bool:
        """Write at the end; whether somebody knocks. Raises FullError, with as much kept as there was room for."""
        at = self.size
        with _room():
            left = memoryview(data)
            while left:
                count = os.pwrite(self._descriptor, left, at)
                at, left = at + count, left[count:]
        return self.knocked()

    def knocked(self) -> bool:
        """Whether somebody asks us to stop."""
        return self._knock.exists()

    def cut_back(self, size: int) -> None:
        """Throw away what came after ``size``."""
        os.ftruncate(self._descriptor, size)
        os.fsync(self._descriptor)

    def sync(self) -> None:
        """All that was written is on the disk when this returns; raises FullError."""
        with _room():
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Let others in."""
        os.close(self._descriptor)


@contextlib.contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        if cause.errno in _NO_ROOM:
            raise FullError("Ổ đĩa của tỉnh đã đầy.") from cause
        raise
