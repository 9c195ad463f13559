"""The settings file and the texts of its versions, which hold secrets: only the supervisor reads them."""

import hashlib
from pathlib import Path

from edge.core.errors import FinalError, TransientError
from edge.kernel.disk import SECRET, write_atomically
from edge.settings_book.drafting import sha_of

KEEP_TEXTS = 200
"""Texts of older versions go: two hundred changes are years of a commune."""


class SettingsFiles:
    """``file`` is the box's settings file, ``folder`` where the texts of versions lie."""

    def __init__(self, file: Path, folder: Path) -> None:
        self.file = file
        self._folder = folder

    def text(self) -> str:
        """The settings file as it is now; raises TransientError."""
        try:
            return self.file.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as cause:
            raise TransientError(f"Không đọc được tệp cấu hình {self.file}.") from cause

    def keep(self, text: str) -> str:
        """Keep a text under its sha256, which is returned; raises TransientError."""
        name = sha_of(text)
        path = self._folder / f"{name}.toml"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            if not path.exists():
                write_atomically(path, text.encode(), SECRET)
                self._forget_old()
        except OSError as cause:
            raise TransientError(f"Không ghi được bản cấu hình vào {self._folder} ({cause.strerror}).") from cause
        return name

    def kept(self, sha: str) -> str:
        """A text that was kept; raises FinalError when it is gone or was changed."""
        try:
            data = (self._folder / f"{sha}.toml").read_bytes()
        except OSError as cause:
            raise FinalError("Bản cấu hình này không còn trên hộp.") from cause
        if hashlib.sha256(data).hexdigest() != sha:
            raise FinalError("Bản cấu hình này đã bị sửa trên đĩa, không dùng lại được.")
        return data.decode()

    def write(self, text: str) -> None:
        """The settings file becomes this text, whole or not at all; raises TransientError."""
        try:
            write_atomically(self.file, text.encode(), self.file.stat().st_mode & 0o777)
        except OSError as cause:
            raise TransientError(f"Hộp không được ghi vào {self.file.parent} ({cause.strerror}).") from cause

    def _forget_old(self) -> None:
        texts = sorted(self._folder.glob("*.toml"), key=lambda path: path.stat().st_mtime)
        for path in texts[:-KEEP_TEXTS]:
            path.unlink(missing_ok=True)
