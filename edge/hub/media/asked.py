"""What a tus request asks for, read from its headers. Pure; every limit is enforced before the cost that it limits."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from edge.core.errors import FinalError
from edge.kernel.wire.upload import CHECKSUM, KINDS, LENGTH, MAX_METADATA_BYTES, METADATA, OFFSET, VERSION

ALGORITHMS = ("sha1", "sha256")
MOST_FIELDS = 16
MOST_DIGITS = 15
PLAIN = "application/octet-stream"
TYPES = frozenset(
    {
        "image/jpeg",
        "video/mp4",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        PLAIN,
    }
)
"""What a browser may be told that a file is: nothing that runs in it."""
_HASH = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[!-+\--~]{1,64}")
"""ASCII without space and comma."""
_LONGEST = {"subject": 400, "event": 64}


class RefusedError(FinalError):
    """The request is answered with ``status``, this sentence and these headers."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = dict(headers or {})


class Hashing(Protocol):
    """What hashlib's objects do."""

    def update(self, data: bytes, /) -> None:
        """Take more."""

    def digest(self) -> bytes:
        """The hash of all that was taken."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that a box wants to send."""

    bytes: int
    sha256: str
    kind: str
    subject: str
    event: str
    type: str


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request must hash to."""

    algorithm: str
    digest: bytes

    def begin(self) -> Hashing:
        """A hash of nothing yet."""
        return hashlib.sha1(usedforsecurity=False) if self.algorithm == "sha1" else hashlib.sha256()


def check_version(headers: Mapping[str, str]) -> None:
    """Raises RefusedError for any version of the protocol but ours."""
    if headers.get("Tus-Resumable") != VERSION:
        raise RefusedError(412, f"Chỉ hiểu tus {VERSION}.", {"Tus-Version": VERSION})


def read_wanted(headers: Mapping[str, str], max_bytes: int) -> Wanted:
    """What a creation asks for; raises RefusedError."""
    size = _number(headers, LENGTH)
    if size > max_bytes:
        raise RefusedError(413, f"Tệp dài {size} byte, tối đa {max_bytes}.")
    fields = read_metadata(headers.get(METADATA, ""))
    if not _HASH.fullmatch(fields.get("sha256", "")):
        raise RefusedError(400, "Upload-Metadata phải có sha256: 64 chữ số thập lục phân viết thường.")
    if fields.get("kind") not in KINDS:
        raise RefusedError(400, f"Upload-Metadata phải có kind là một trong: {', '.join(KINDS)}.")
    if not fields.get("subject"):
        raise RefusedError(400, "Upload-Metadata phải có subject: mã sự cố hay báo cáo.")
    for name, longest in _LONGEST.items():
        if len(fields.get(name, "")) > longest:
            raise RefusedError(400, f"{name} dài quá {longest} ký tự.")
    kind = fields.get("filetype", PLAIN)
    return Wanted(
        size,
        fields["sha256"],
        fields["kind"],
        fields["subject"],
        fields.get("event", ""),
        kind if kind in TYPES else PLAIN,
    )


def read_metadata(text: str) -> dict[str, str]:
    """The pairs of Upload-Metadata; raises RefusedError for anything that the protocol does not allow."""
    if len(text) > MAX_METADATA_BYTES:
        raise RefusedError(400, f"Upload-Metadata dài quá {MAX_METADATA_BYTES} byte.")
    pairs = [pair.strip().split(" ") for pair in text.split(",")] if text.strip() else []
    if len(pairs) > MOST_FIELDS:
        raise RefusedError(400, f"Upload-Metadata có quá {MOST_FIELDS} mục.")
    fields: dict[str, str] = {}
    for pair in pairs:
        if len(pair) > 2 or not _KEY.fullmatch(pair[0]) or pair[0] in fields:
            raise RefusedError(400, "Upload-Metadata không đúng mẫu.")
        fields[pair[0]] = _text(pair[1]) if len(pair) == 2 else ""
    return fields


def read_offset(headers: Mapping[str, str]) -> int:
    """Where a PATCH begins; raises RefusedError."""
    return _number(headers, OFFSET)


def read_checksum(headers: Mapping[str, str]) -> Checksum | None:
    """The checksum of a PATCH, if it has one; raises RefusedError."""
    text = headers.get(CHECKSUM)
    if text is None:
        return None
    algorithm, _, encoded = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise RefusedError(400, f"Upload-Checksum phải dùng một trong: {', '.join(ALGORITHMS)}.")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as cause:
        raise RefusedError(400, "Upload-Checksum không phải base64.") from cause
    checksum = Checksum(algorithm, digest)
    if len(digest) != len(checksum.begin().digest()):
        raise RefusedError(400, "Upload-Checksum có độ dài không đúng.")
    return checksum


def _text(encoded: str) -> str:
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError) as cause:
        raise RefusedError(400, "Upload-Metadata có giá trị không phải base64 của UTF-8.") from cause
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        raise RefusedError(400, "Upload-Metadata có ký tự điều khiển.")
    return text


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise RefusedError(400, f"{name} phải là một số nguyên không âm.")
    return int(text)
