"""The media folder: what lies there, what it takes, and deleting from it. Blocking: never called on the loop."""

import contextlib
import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from edge.core.policy.retention import Load, Piece

log = logging.getLogger(__name__)

RECORDINGS, CLIPS, EXPORTS, STILLS = "recordings", "clips", "exports", "stills"


class MediaDisk:
    """One media folder. It logs once when it cannot delete and once when it can again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refuses = ""
        for name in (RECORDINGS, CLIPS, EXPORTS, STILLS):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def load(self, used_bytes: int, unfinished_bytes: int) -> Load:
        """How full it is."""
        disk = shutil.disk_usage(self.folder)
        return Load(used_bytes, unfinished_bytes, disk.free, disk.total)

    def bytes_beside_index(self) -> int:
        """What incident clips, stills and the notes of exports take; segments and exports are counted by the index."""
        names = ((CLIPS, "*"), (STILLS, "*"), (EXPORTS, "*.txt"))
        return sum(_size(path) for name, pattern in names for path in (self.folder / name).glob(pattern))

    def remove(self, pieces: Sequence[Piece]) -> list[tuple[Piece, int]]:
        """Delete the files of these pieces. Those that are gone now, also before, each with the bytes that it held."""
        gone = []
        for piece in pieces:
            freed = self._remove_files(piece.files)
            if freed is not None:
                gone.append((piece, freed))
        self._remove_empty({(self.folder / file).parent for piece in pieces for file in piece.files})
        return gone

    def sizes(self, pieces: Iterable[Piece]) -> dict[str, int]:
        """What the files of each of these take now, by id."""
        return {piece.id: sum(_size(self.folder / file) for file in piece.files) for piece in pieces}

    def day_folders(self) -> Iterator[str]:
        """Every folder that holds segments, relative to the media folder."""
        for camera in sorted((self.folder / RECORDINGS).iterdir()):
            for day in sorted(path for path in camera.iterdir() if path.is_dir()):
                yield f"{RECORDINGS}/{camera.name}/{day.name}"

    def files_before(self, folder: str, at_ms: int) -> Iterator[str]:
        """Files of a folder that were last written before ``at_ms``, relative to the media folder."""
        with contextlib.suppress(FileNotFoundError):
            for path in sorted((self.folder / folder).iterdir()):
                if path.is_file() and path.stat().st_mtime * 1000 < at_ms:
                    yield f"{folder}/{path.name}"

    def delete(self, files: Iterable[str]) -> None:
        """Delete files that no row names."""
        for file in files:
            self._remove_files((file,))

    def _remove_files(self, files: Sequence[str]) -> int | None:
        freed = 0
        for file in files:
            path = self.folder / file
            size = _size(path)
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                self._complain(str(error))
                return None
            freed += size
        self._complain("")
        return freed

    def _complain(self, refuses: str) -> None:
        if refuses and not self.refuses:
            log.error("cannot delete recordings: %s", refuses)
        elif self.refuses and not refuses:
            log.info("recordings can be deleted again")
        self.refuses = refuses

    def _remove_empty(self, folders: Iterable[Path]) -> None:
        """Day folders that are over. A shard may be about to write into the newest of a camera: that one stays."""
        for folder in folders:
            camera = folder.parent
            if camera.parent.name != RECORDINGS or folder == max(camera.iterdir(), default=folder):
                continue
            if next(folder.iterdir(), None) is None:
                folder.rmdir()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
