"""An offline bundle: one folder with all that a box, or a newer release of it, needs, named by hash and signed whole.

``bundle.json`` names every file with its length, sha256 and architecture; ``bundle.sig`` signs exactly those bytes.
What it does not name is not part of the bundle, and nothing is read from it before its signature is known to be good.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from edge.core.errors import FinalError
from edge.kernel.statement import StatementKey, are_signed
from edge.release.unpacking import INSIDE

FORMAT = 1
MANIFEST, SIGNATURE = "bundle.json", "bundle.sig"
APP = "app.tar.gz"
MOST_MANIFEST_BYTES = 4 * 1024 * 1024
MOST_SIGNATURE_BYTES = 200
CHUNK = 1024 * 1024
HARMED = "trong bộ cài thiếu, bị cắt hoặc đã bị sửa: hãy chép lại bộ cài."
Arch = Literal["all", "amd64", "arm64"]
Version = Annotated[str, Meta(pattern=r"^[0-9][0-9A-Za-z.+-]{0,39}\Z")]
Told = Callable[[str], None]


class BundleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a bundle; ``path`` is relative to its folder."""

    path: Annotated[str, Meta(max_length=300)]
    bytes: Annotated[int, Meta(ge=0, le=4 * 1024**3)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    arch: Arch = "all"


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a bundle is. ``schema`` is that of its store, ``made`` an ISO time."""

    version: Version
    schema: Annotated[int, Meta(ge=1, le=9999)]
    made: Annotated[str, Meta(max_length=40)]
    files: Annotated[tuple[BundleFile, ...], Meta(max_length=20_000)]
    format: Annotated[int, Meta(ge=FORMAT, le=FORMAT)] = FORMAT

    def of(self, arch: str) -> tuple[BundleFile, ...]:
        """The files that a machine of this architecture needs."""
        return tuple(one for one in self.files if one.arch in ("all", arch))


def read(folder: Path, keys: Sequence[str]) -> About:
    """What this bundle says of itself, if the holder of one of these public keys (hex) signed it.

    Raises FinalError with a sentence otherwise.
    """
    try:
        told = _bounded(folder / MANIFEST, MOST_MANIFEST_BYTES)
        signed = _bounded(folder / SIGNATURE, MOST_SIGNATURE_BYTES).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as cause:
        raise FinalError(f"{folder} không phải bộ cài ngoại tuyến của Mõ Làng.") from cause
    if not any(are_signed(told, signed, key) for key in keys):
        raise FinalError(f"{folder}: chữ ký của bộ cài không phải của người được tin.")
    try:
        about = msgspec.json.decode(told, type=About)
    except msgspec.DecodeError as cause:
        raise FinalError(f"{folder}/{MANIFEST}: {cause}.") from cause
    for one in about.files:
        if not INSIDE.fullmatch(one.path):
            raise FinalError(f"Bộ cài nêu một tệp có đường dẫn lạ: {one.path!r}.")
    return about


def check(folder: Path, files: Iterable[BundleFile], told: Told = lambda _: None) -> None:
    """Read these files whole; raises FinalError naming the first that is missing, cut or changed."""
    for one in files:
        told(one.path)
        if _print_of(folder / one.path) != (one.bytes, one.sha256):
            raise FinalError(f"{one.path} {HARMED}")


def take(folder: Path, files: Iterable[BundleFile], target: Path, told: Told = lambda _: None) -> None:
    """Copy these files below ``target`` and judge the very bytes that were copied: a stick may say other ones later.

    Raises FinalError naming the first that is missing, cut or changed.
    """
    for one in files:
        told(one.path)
        copy = target / one.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        if _copied(folder / one.path, copy, one.bytes) != (one.bytes, one.sha256):
            raise FinalError(f"{one.path} {HARMED}")


def describe(folder: Path, path: Path, arch: Arch) -> BundleFile:
    """The entry of a file that lies in the folder already."""
    size, sha256 = _print_of(path)
    return BundleFile(path.relative_to(folder).as_posix(), size, sha256, arch)


def sign(folder: Path, about: About, key: StatementKey) -> None:
    """Write the manifest and its signature."""
    told = msgspec.json.format(msgspec.json.encode(about), indent=1)
    (folder / MANIFEST).write_bytes(told)
    (folder / SIGNATURE).write_text(key.sign_bytes(told) + "\n")


def _bounded(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise FinalError(f"{path} dài quá mức.")
    return data


def _copied(source: Path, target: Path, most: int) -> tuple[int, str]:
    """Length and sha256 of what was copied, at most one byte more than ``most``; (-1, "") of what is no plain file."""
    if source.is_symlink() or not source.is_file():
        return -1, ""
    digest, left = hashlib.sha256(), most + 1
    with source.open("rb") as file, target.open("xb") as copy:
        while left and (data := file.read(min(CHUNK, left))):
            digest.update(data)
            copy.write(data)
            left -= len(data)
    return most + 1 - left, digest.hexdigest()


def _print_of(path: Path) -> tuple[int, str]:
    """Length and sha256; (-1, "") of what is no plain file."""
    if path.is_symlink() or not path.is_file():
        return -1, ""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest
