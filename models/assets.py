"""Fetch, verify and find asset files. What is not the pinned bytes is never left where anybody could load it.

Safe to run from several processes at once: one lock per file. Standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol

from models.errors import AssetMissingError, BadHashError, ModelError
from models.folders import default_bundle, default_cache_dir
from models.manifest import AssetFile, Manifest, Source, manifest, shipped
from models.sources import SourceFailedError, describe, give_up, opened

CHUNK: Final = 1 << 18
LOCK_S: Final = 900.0


class Progress(Protocol):
    """Who watches a pull."""

    def advanced(self, file: str, done_bytes: int, total_bytes: int) -> None:
        """Some more of `file` is here."""

    def refused(self, file: str, source: str, reason: str) -> None:
        """A source gave wrong bytes, which people should know even when the next source has the right ones."""


class Quiet:
    """Nobody watches."""

    def advanced(self, file: str, done_bytes: int, total_bytes: int) -> None:
        """See Progress."""

    def refused(self, file: str, source: str, reason: str) -> None:
        """See Progress."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one asset fared: its files, or the error. `fresh` tells whether anything had to be fetched."""

    manifest: Manifest
    paths: tuple[Path, ...] = ()
    fresh: bool = False
    error: ModelError | None = None


def pull(
    names: Sequence[str] = (),
    cache_dir: Path | None = None,
    bundle: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Outcome, ...]:
    """Make the named assets present and verified; without names all but the `on_request` ones.

    One outcome per asset, in order; a failure of one never stops the others. An unknown name raises AssetMissingError.
    """
    wanted = [manifest(name) for name in names] or [m for m in shipped().values() if not m.on_request]
    return tuple(pull_one(one, cache_dir, bundle, progress) for one in wanted)


def pull_one(
    wanted: Manifest, cache_dir: Path | None = None, bundle: Path | None = None, progress: Progress | None = None
) -> Outcome:
    """Make one asset present and verified, or say why not."""
    cache = cache_dir or default_cache_dir()
    folder = bundle or default_bundle(cache)
    try:
        fresh = [fetch(file, cache, folder, progress or Quiet()) for file in wanted.files]
    except ModelError as error:
        return Outcome(wanted, error=error)
    except OSError as error:
        return Outcome(wanted, error=ModelError(f"Không ghi được vào {cache}: {error.strerror or error}."))
    return Outcome(wanted, tuple(cache / file.name for file in wanted.files), any(fresh))


def locate(name: str, cache_dir: Path | None = None) -> Path:
    """The verified file of that name, or the first file of the asset of that name. Raises AssetMissingError."""
    return located(_known_file(name), cache_dir or default_cache_dir())


def located(file: AssetFile, cache: Path) -> Path:
    """Where the verified file lies. Raises AssetMissingError."""
    if not is_verified(cache / file.name, file.sha256):
        raise AssetMissingError(f"Chưa có {file.name} trong {cache}; hãy chạy: molang assets pull")
    return cache / file.name


def _known_file(name: str) -> AssetFile:
    for one in shipped().values():
        for file in one.files:
            if name == file.name:
                return file
    return manifest(name).files[0]


def fetch(file: AssetFile, cache: Path, bundle: Path, progress: Progress) -> bool:
    """Make one file present and verified; False if it already was. Raises AssetMissingError or BadHashError."""
    target = cache / file.name
    if is_verified(target, file.sha256):
        return False
    with locked(target):
        if is_verified(target, file.sha256):
            return False
        _from_first_good_source(file, target, bundle, progress)
        write_stamp(target, file.sha256)
    return True


def _from_first_good_source(file: AssetFile, target: Path, bundle: Path, progress: Progress) -> None:
    reasons: list[str] = []
    only_bad_hashes = True
    for source in file.sources:
        try:
            return _take(source, file, target, bundle, progress)
        except (SourceFailedError, BadHashError) as error:
            only_bad_hashes &= isinstance(error, BadHashError)
            reasons.append(f"{describe(source)}: {error}")
            if isinstance(error, BadHashError):
                progress.refused(file.name, describe(source), str(error))
    failure = give_up(file, reasons)
    raise BadHashError(str(failure)) if only_bad_hashes else failure


def _take(source: Source, file: AssetFile, target: Path, bundle: Path, progress: Progress) -> None:
    with replacing(target) as part, opened(source, file, bundle) as stream:
        _copy_verified(stream, part, file, progress)


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """Write beside `target` and take its place only if all went well; a failure leaves nothing behind."""
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy_verified(stream: IO[bytes], part: IO[bytes], file: AssetFile, progress: Progress) -> None:
    digest = hashlib.sha256()
    done = 0
    while done <= file.bytes and (chunk := stream.read(CHUNK)):
        done += len(chunk)
        digest.update(chunk)
        part.write(chunk)
        progress.advanced(file.name, min(done, file.bytes), file.bytes)
    if done > file.bytes:
        raise BadHashError(f"dài hơn {file.bytes} byte đã ghi trong bảng kê; tệp bị từ chối")
    if digest.hexdigest() != file.sha256:
        got = f"{digest.hexdigest()} ({done} byte)"
        raise BadHashError(f"sha256 phải là {file.sha256}, nhận được {got}; tệp bị từ chối")


@contextlib.contextmanager
def locked(target: Path) -> Iterator[None]:
    """One process at a time makes `target`. Raises ModelError after LOCK_S."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f".{target.name}.lock").open("w") as lock:
        _wait_for(lock, target)
        yield


def _wait_for(lock: IO[str], target: Path) -> None:
    deadline = time.monotonic() + LOCK_S
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ModelError(f"Một tiến trình khác giữ {target.name} quá {LOCK_S:.0f} giây.") from None
            time.sleep(0.1)


def sha256_of(path: Path) -> str:
    """The file's sha256 in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_verified(path: Path, expected: str) -> bool:
    """True if `path` is the pinned file. It is hashed once; afterwards its size and time of change answer."""
    if not path.is_file():
        return False
    if _read_stamp(path) == _stamp(path, expected):
        return True
    if sha256_of(path) != expected:
        return False
    write_stamp(path, expected)
    return True


def write_stamp(path: Path, identity: str) -> None:
    """Remember that `path` as it is now was found to be `identity`. A read-only folder forgets, and is hashed again."""
    with contextlib.suppress(OSError), replacing(_stamp_path(path)) as stream:
        stream.write(json.dumps(_stamp(path, identity)).encode())


def is_stamped(path: Path, identity: str) -> bool:
    """True if `path` has not changed since `write_stamp(path, identity)`."""
    return path.is_file() and _read_stamp(path) == _stamp(path, identity)


def _stamp_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.verified")


def _stamp(path: Path, identity: str) -> dict[str, object]:
    status = path.stat()
    return {"identity": identity, "bytes": status.st_size, "changed_ns": status.st_mtime_ns}


def _read_stamp(path: Path) -> object:
    try:
        return json.loads(_stamp_path(path).read_bytes())
    except (OSError, ValueError):
        return None
