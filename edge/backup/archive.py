"""One backup, one file: an uncompressed tar of the store, the sounds, and the sealed keys and settings.

``manifest.json`` comes first and names every member with its length and sha256; whatever it does not name is refused.
What is sealed holds the hash of that list too: whoever has the stick and not the passphrase can change nothing unseen.
Films and pictures are not in it: they are under their own quota and would fill any stick.
"""

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from edge.core.errors import FinalError, TransientError
from edge.kernel.disk import sync_folder

FORMAT = 2
MANIFEST = "manifest.json"
STORE, SEALED = "molang.db", "keys.sealed"
SOUNDS = ("clips", "bank")
"""Approved recordings and the recorded voice: what was approved is what sounds, also on the new box."""
MOST_MANIFEST_BYTES = 64 * 1024 * 1024
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup."""

    name: str
    bytes: int
    sha256: str


def digest_of(members: Sequence[Member]) -> bytes:
    """Of all files but the sealed one, which holds it."""
    told = [[one.name, one.bytes, one.sha256] for one in members if one.name != SEALED]
    return hashlib.sha256(json.dumps(told).encode()).digest()


def write(target: Path, data: Path, sealed_with: Callable[[bytes], bytes], about: Mapping[str, Any]) -> list[Member]:
    """Write the backup beside ``target`` and rename it into place once all of it is on the disk.

    ``sealed_with`` gives the sealed part, which must hold the digest of the members. Raises TransientError when the
    disk takes nothing, FinalError when the copy of the store is not whole.
    """
    draft = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".molang-") as folder:
            store = Path(folder) / STORE
            copy_store(data / STORE, store)
            files = {STORE: store, **dict(_sounds(data))}
            members = [_member(name, path) for name, path in files.items()]
            sealed = sealed_with(digest_of(members))
            members.append(Member(SEALED, len(sealed), hashlib.sha256(sealed).hexdigest()))
            with draft.open("wb") as file:
                _pack(file, files, members, sealed, about)
                file.flush()
                os.fsync(file.fileno())
        draft.replace(target)
        sync_folder(target.parent)
    except OSError as cause:
        raise TransientError(f"Không ghi được bản sao vào {target.parent}: {cause.strerror}.") from cause
    finally:
        draft.unlink(missing_ok=True)
    return members


def copy_store(source: Path, target: Path) -> None:
    """A whole copy of a store that may be written meanwhile (SQLite's backup API), checked."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)  # all pages under one snapshot: in WAL mode the writer goes on
        copy.execute("PRAGMA journal_mode=DELETE")
        (told,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if told != "ok":
        raise FinalError(f"Bản sao của kho không nguyên vẹn: {told}.")


def _sounds(data: Path) -> Iterator[tuple[str, Path]]:
    for folder in SOUNDS:
        for path in sorted((data / folder).glob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield f"{folder}/{path.name}", path


def _member(name: str, path: Path) -> Member:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Member(name, file.tell(), digest)


def _pack(
    file: IO[bytes], files: Mapping[str, Path], members: list[Member], sealed: bytes, about: Mapping[str, Any]
) -> None:
    named = [{"name": one.name, "bytes": one.bytes, "sha256": one.sha256} for one in members]
    manifest = json.dumps({"format": FORMAT, **about, "members": named}, ensure_ascii=False).encode()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        _add(tar, MANIFEST, len(manifest), io.BytesIO(manifest))
        for one in members:
            if one.name == SEALED:
                _add(tar, SEALED, len(sealed), io.BytesIO(sealed))
                continue
            with files[one.name].open("rb") as part:
                _add(tar, one.name, one.bytes, part)


def _add(tar: tarfile.TarFile, name: str, size: int, part: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, part)


class Backup:
    """A backup that lies there. Open it with ``with``; raises FinalError for what is no backup of ours."""

    def __init__(self, path: Path) -> None:
        try:
            self._tar = tarfile.open(path, "r:")  # noqa: SIM115 - closed by __exit__
            self.about = self._read_manifest()
        except (OSError, tarfile.TarError, ValueError, KeyError, TypeError) as cause:
            raise FinalError(f"{path} không phải bản sao của Mõ Làng: {cause}.") from cause

    def __enter__(self) -> "Backup":
        return self

    def __exit__(self, *_: object) -> None:
        self._tar.close()

    def _read_manifest(self) -> dict[str, Any]:
        first = self._tar.next()
        if first is None or first.name != MANIFEST or first.size > MOST_MANIFEST_BYTES:
            raise ValueError("thiếu danh mục")
        stream = self._tar.extractfile(first)
        assert stream is not None
        about: dict[str, Any] = json.load(stream)
        if about["format"] != FORMAT:
            raise ValueError(f"dạng {about['format']}")
        self.members = [Member(one["name"], int(one["bytes"]), one["sha256"]) for one in about.pop("members")]
        return about

    def copy(self, member: Member, target: IO[bytes]) -> None:
        """Copy one file out; raises FinalError when it is not the one that the manifest names."""
        entry = self._tar.getmember(member.name) if member.name in self._tar.getnames() else None
        stream = self._tar.extractfile(entry) if entry and entry.isreg() else None
        digest, size = hashlib.sha256(), 0
        while stream and (chunk := stream.read(CHUNK)):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
        if (size, digest.hexdigest()) != (member.bytes, member.sha256):
            raise FinalError(f"{member.name} trong bản sao đã hỏng hoặc bị sửa.")

    def read(self, name: str) -> bytes:
        """One small file."""
        for member in self.members:
            if member.name == name:
                buffer = io.BytesIO()
                self.copy(member, buffer)
                return buffer.getvalue()
        raise FinalError(f"Bản sao không có {name}.")
