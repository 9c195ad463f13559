"""The folder into which warnings are dropped: whole files only, each looked at once, kept for a while afterwards."""

import time
from dataclasses import dataclass
from pathlib import Path

from edge.core.cap_xml import MOST_BYTES

SETTLED_S = 1.0
"""A file that was just written may still grow; whoever renames it into place loses a second only."""
MOST_AT_ONCE = 50
KEPT = 500
LONGEST_SIGNATURE = 256


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file as it came, and the signature beside it (``NAME.xml.sig``, hexadecimal), or ""."""

    path: Path
    data: bytes
    signature: str


class Inbox:
    """``folder`` with ``done`` and ``refused`` below it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("done", "refused"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def waiting(self) -> list[Dropped]:
        """The files that wait, the oldest first, at most fifty. A link is none: it could lead anywhere."""
        until = time.time() - SETTLED_S
        files = [path for path in self._folder.glob("*.xml") if path.is_file() and not path.is_symlink()]
        settled = sorted((at, path) for path in files if (at := path.stat().st_mtime) <= until)
        return [dropped(path) for _, path in settled[:MOST_AT_ONCE]]

    def put_away(self, one: Dropped, *, refused: bool, why: str) -> None:
        """It was looked at; the reason of a refusal stands beside it. Of very many the oldest go."""
        target = self._folder / ("refused" if refused else "done")
        signature = signature_path(one.path)
        if refused:
            (target / f"{one.path.name}.txt").write_text(f"{why}\n", "utf-8")
        one.path.replace(target / one.path.name)
        if signature.exists():
            signature.replace(target / signature.name)
        for old in sorted(target.iterdir(), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            old.unlink()


def dropped(path: Path) -> Dropped:
    """A file with its signature; one that is too long is read only so far that this is seen."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    try:
        with signature_path(path).open("rb") as file:
            signature = file.read(LONGEST_SIGNATURE).decode("ascii", "replace").strip()
    except OSError:
        signature = ""
    return Dropped(path, data, signature)


def signature_path(path: Path) -> Path:
    """Where the signature of a file lies."""
    return path.with_name(f"{path.name}.sig")
