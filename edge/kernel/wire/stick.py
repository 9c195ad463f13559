"""A file that carries an outbox, or its receipt, by hand: signed frames, read and written in constant memory.

    magic | frame | frame | … | end frame          frame = kind | length | payload | length of signature | signature

Lengths are big endian. Each signature covers the digest of everything before it and its own frame, so that no frame can
be changed, moved, left out or brought from another file; a file without its end frame is cut off. The first frame is a
``StickHeader``. A ``BATCH`` is a batch as it goes over the line (``edge.kernel.wire.event``), a ``MEDIA`` frame opens a
file whose bytes follow in ``PIECE`` frames, a ``TAKEN`` frame of a receipt is a ``Taken``.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, BinaryIO, Literal, TypeVar

import msgspec
from msgspec import Meta

from edge.core.errors import FinalError
from edge.kernel.wire.event import MAX_EVENTS, MAX_PACKED_BYTES, Rejected, SourceName

MAGIC = b"MOLANG-STICK 1\n"
DOMAIN = b"vn.molang.stick.v1\0"
"""What these signatures say can be taken for no other statement of the same key."""
MAX_PIECE_BYTES = 256 * 1024
MAX_SIGNATURE_BYTES = 1_024
MAX_FILE_BYTES = 3_500_000_000
"""FAT32 holds files below 4 GiB, and sticks come with it."""
MAX_MEDIA_BYTES = 64 * 1024 * 1024
CUT = "Tệp bị cụt hoặc hỏng."
Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes], bool]
"""(what was signed, the signature) -> whether it is genuine."""
_HEAD, _TAIL = struct.Struct(">BI"), struct.Struct(">H")
T = TypeVar("T", bound=msgspec.Struct)
StickId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]


class Kind(IntEnum):
    """What a frame holds."""

    HEADER = 1
    BATCH = 2
    MEDIA = 3
    PIECE = 4
    TAKEN = 5
    END = 6


_MOST = {Kind.HEADER: 16 * 1024, Kind.BATCH: MAX_PACKED_BYTES, Kind.MEDIA: 1_024, Kind.PIECE: MAX_PIECE_BYTES}
_MOST |= {Kind.TAKEN: MAX_PACKED_BYTES * 2, Kind.END: 1_024}


class StickHeader(msgspec.Struct, frozen=True, kw_only=True):
    """Whose file this is. ``cert`` (PEM) is the province's in a receipt; a box is known by its key at the province."""

    what: Literal["outbox", "receipt"]
    source: SourceName
    stick: StickId
    made_at_ms: Annotated[int, Meta(ge=0, le=4_102_444_800_000)]
    cert: Annotated[str, Meta(max_length=12_000)] = ""


class StickMedia(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the box: its sha256 as base64url, its length, and the event that names it."""

    sha256: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}\Z")]
    bytes: Annotated[int, Meta(ge=1, le=MAX_MEDIA_BYTES)]
    event: Annotated[str, Meta(min_length=1, max_length=64)]


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The province's answer to one batch: what it has for good, and what it will never take."""

    acked: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=MAX_EVENTS)]
    rejected: Annotated[tuple[Rejected, ...], Meta(max_length=MAX_EVENTS)] = ()


class StickEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How many frames came before."""

    frames: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One genuine frame."""

    kind: Kind
    payload: bytes


class StickWriter:
    """Writes frames one after the other; ``close`` adds the last one. The caller owns the file."""

    def __init__(self, file: BinaryIO, sign: Sign, header: StickHeader) -> None:
        self._file = file
        self._sign = sign
        self._chain = hashlib.sha256(MAGIC).digest()
        self.frames = 0
        self.length = len(MAGIC)
        file.write(MAGIC)
        self.add(Kind.HEADER, msgspec.json.encode(header))

    def add(self, kind: Kind, payload: bytes) -> None:
        """One more frame; raises OSError."""
        if len(payload) > _MOST[kind]:
            raise FinalError(f"Khung {kind.name} dài {len(payload)} byte, tối đa {_MOST[kind]}.")
        head = _HEAD.pack(kind, len(payload))
        self._chain = _next(self._chain, head, payload)
        signature = self._sign(DOMAIN + self._chain)
        for part in (head, payload, _TAIL.pack(len(signature)), signature):
            self._file.write(part)
            self.length += len(part)
        self.frames += 1

    def close(self) -> None:
        """The end frame: without it the file counts as cut off."""
        self.add(Kind.END, msgspec.json.encode(StickEnd(frames=self.frames)))


def read_stick(file: BinaryIO, verifier: Callable[[StickHeader], Verify]) -> Iterator[Frame]:
    """Every frame, the header first, each of them verified before it is given out.

    ``verifier`` knows the key of whoever the header names, or raises. Raises FinalError when the file is foreign,
    changed or cut off: what was given out before that is genuine all the same.
    """
    if file.read(len(MAGIC)) != MAGIC:
        raise FinalError("Đây không phải tệp chuyển tay của Mõ Làng.")
    chain, verify, count = hashlib.sha256(MAGIC).digest(), None, 0
    while True:
        head, frame, signature = _read_frame(file)
        if verify is None:
            verify = verifier(header_of(frame))
        chain = _next(chain, head, frame.payload)
        if not verify(DOMAIN + chain, signature):
            raise FinalError("Chữ ký không đúng: tệp đã bị sửa, hoặc không phải của hộp này.")
        if frame.kind is Kind.END:
            _check_end(file, frame, count)
            return
        yield frame
        count += 1


def header_of(frame: Frame) -> StickHeader:
    """What the first frame says; raises FinalError when it is no header."""
    if frame.kind is not Kind.HEADER:
        raise FinalError(CUT)
    return decoded(frame, StickHeader)


def decoded(frame: Frame, kind: type[T]) -> T:
    """The values of a frame; raises FinalError when they are none."""
    try:
        return msgspec.json.decode(frame.payload, type=kind)
    except ValueError as cause:
        raise FinalError(CUT) from cause


def _read_frame(file: BinaryIO) -> tuple[bytes, Frame, bytes]:
    head = _exactly(file, _HEAD.size)
    number, length = _HEAD.unpack(head)
    try:
        kind = Kind(number)
    except ValueError as cause:
        raise FinalError(CUT) from cause
    if length > _MOST[kind]:
        raise FinalError(CUT)
    payload = _exactly(file, length)
    (signature_length,) = _TAIL.unpack(_exactly(file, _TAIL.size))
    if signature_length > MAX_SIGNATURE_BYTES:
        raise FinalError(CUT)
    return head, Frame(kind, payload), _exactly(file, signature_length)


def _check_end(file: BinaryIO, frame: Frame, count: int) -> None:
    if decoded(frame, StickEnd).frames != count or file.read(1):
        raise FinalError(CUT)


def _next(chain: bytes, head: bytes, payload: bytes) -> bytes:
    return hashlib.sha256(chain + head + payload).digest()


def _exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise FinalError(CUT)
    return data
