"""Archives of a bundle: plain files and folders below one folder, bounded, and nothing else.

``tarfile``'s own filters came with Python 3.11.4; Debian 12 has 3.11.2.
"""

import re
import shutil
import tarfile
from pathlib import Path

from edge.core.errors import FinalError

INSIDE = re.compile(r"(?!.*(?:^|/)\.\.?(?:/|\Z))[A-Za-z0-9._+~:@%-]+(/[A-Za-z0-9._+~:@%-]+)*")
"""A path below a folder, without ``.`` and ``..``, in plain letters."""
MOST_ENTRIES = 50_000


def unpack(archive: Path, target: Path, most_bytes: int) -> None:
    """Write what the tar (compressed or not) holds below ``target``; raises FinalError naming what does not belong."""
    left = most_bytes
    try:
        with tarfile.open(archive, "r:*") as tar:
            for number, entry in enumerate(tar):
                left -= entry.size
                if left < 0 or number >= MOST_ENTRIES:
                    raise FinalError(f"{archive.name} chứa nhiều hơn mức cho phép.")
                _take(tar, entry, target, archive.name)
    except (tarfile.TarError, EOFError) as cause:
        raise FinalError(f"{archive.name} hỏng: {cause}.") from cause


def _take(tar: tarfile.TarFile, entry: tarfile.TarInfo, target: Path, archive: str) -> None:
    name = entry.name.rstrip("/")
    if not INSIDE.fullmatch(name) or not (entry.isreg() or entry.isdir()):
        raise FinalError(f"{archive} chứa thứ không thuộc về chương trình: {entry.name[:100]!r}.")
    path = target / name
    if entry.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = tar.extractfile(entry)
    assert stream is not None
    with stream, path.open("xb") as file:
        shutil.copyfileobj(stream, file)
    path.chmod(0o755 if entry.mode & 0o100 else 0o644)
