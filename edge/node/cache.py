"""The clips on a node's disk, each named by its sha256."""

import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from edge.core.broadcast import MediaRef
from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.speech import Sha256
from edge.kernel.disk import sync_folder
from edge.kernel.file_hash import sha256_of

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
PLAN_SHARE = 0.75
"""Of the quota; the rest is for what is pressed now."""


class ClipCache:
    """A folder of verified clips under a quota. The one used longest ago goes first; a pinned one never goes."""

    def __init__(self, folder: Path, quota_mb: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._quota = quota_mb * MEGABYTE
        self._pins: dict[Sha256, AtMs] = {}
        self._held: dict[Sha256, int] = {}

    def path(self, sha256: Sha256) -> Path:
        """Where a clip lies, or would lie."""
        return self._folder / f"{sha256}.opus"

    def part(self, sha256: Sha256) -> Path:
        """Where the bytes of a clip are gathered until all are there; a later fetch goes on from them."""
        return self._folder / f"{sha256}.part"

    def pin(self, media: Iterable[MediaRef], until: AtMs, now: AtMs) -> None:
        """Keep these clips until then: an order needs them."""
        pins = {sha256: end for sha256, end in self._pins.items() if end > now}
        for ref in media:
            pins[ref.sha256] = max(until, pins.get(ref.sha256, AtMs(0)))
        self._pins = pins

    def hold(self, media: Iterable[MediaRef]) -> None:
        """Keep exactly these clips for the plan, instead of those held before."""
        self._held = {ref.sha256: ref.bytes for ref in media}

    def holds(self, ref: MediaRef) -> bool:
        """Whether the clip is here and whole. Reads all of it: what was approved is what sounds (law 10).

        A clip that the disk has spoilt, or cannot read, is removed: it is fetched anew.
        """
        path = self.path(ref.sha256)
        try:
            whole = sha256_of(path) == ref.sha256
            if whole:
                os.utime(path)
                return True
        except FileNotFoundError:
            return False
        except OSError as error:
            log.warning("clip %s cannot be read: %s", ref.sha256, error)
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return False

    def adopt(self, ref: MediaRef) -> bool:
        """Make the gathered part a clip if its hash is right; False (and the part gone) if it is not."""
        part = self.part(ref.sha256)
        if sha256_of(part) != ref.sha256:
            part.unlink()
            return False
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(self.path(ref.sha256))
        sync_folder(self._folder)
        return True

    def make_room(self, size: int, *, planned: bool = False) -> None:
        """Evict until ``size`` more bytes fit into the quota; raises FinalError when pinned clips fill it.

        Clips of the plan give way to nothing but an order that is here now, and leave a part of the quota to orders.
        """
        if planned and sum(self._held.values()) > self._quota * PLAN_SHARE:
            self._refuse_what_is_too_much(size)
        pinned = self._pins.keys() | (self._held.keys() if planned else set())
        files = self._files()
        used = sum(file.bytes for file in files)
        for file in sorted(files, key=lambda file: (file.path.stem in self._held, file)):
            if used + size <= self._quota:
                return
            if file.path.stem not in pinned:
                file.path.unlink(missing_ok=True)
                used -= file.bytes
        if used + size > self._quota:
            raise FinalError(f"Đĩa của nút không còn chỗ cho đoạn tiếng dài {size} byte.")

    def _refuse_what_is_too_much(self, size: int) -> None:
        here = sum(file.bytes for file in self._files() if file.path.stem in self._held)
        if here + size > self._quota * PLAN_SHARE:
            raise FinalError("Kế hoạch cần nhiều đoạn tiếng hơn chỗ dành cho nó trên đĩa của nút.")

    def _files(self) -> list["_File"]:
        found = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):  # another fetch may have moved it meanwhile
                status = path.stat()
                found.append(_File(status.st_mtime, path, status.st_size))
        return found


@dataclass(frozen=True, slots=True, order=True)
class _File:
    used_at: float
    path: Path
    bytes: int
