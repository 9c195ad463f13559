"""A box's outbox comes on a stick: its batches go through the ledger of the line, and a signed receipt goes back."""

import hashlib
import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from edge.core.errors import FinalError, TransientError
from edge.core.moment import AtMs
from edge.hub.batch import read_batch
from edge.hub.stick.box_keys import KeyOf
from edge.hub.stick.door import Take
from edge.kernel.disk import sync_folder, write_atomically
from edge.kernel.statement import are_signed
from edge.kernel.wire.event import BatchReply
from edge.kernel.wire.stick import (
    Frame,
    Kind,
    Sign,
    StickHeader,
    StickMedia,
    StickWriter,
    Taken,
    Verify,
    decoded,
    header_of,
    read_stick,
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a stick brought. ``events`` were taken now or had come before; the box hears of both alike."""

    source: str
    events: int
    rejected: int
    media: int


@dataclass(frozen=True, slots=True)
class Office:
    """How the province takes sticks: whose keys it knows, where media lie, and how it signs receipts."""

    key_of: KeyOf
    media: Path
    sign: Sign
    cert: str


def check_stick(path: Path, key_of: KeyOf) -> StickHeader:
    """Read the whole file once and do nothing; raises FinalError when it is foreign, changed or cut off."""
    with _opened(path) as file:
        frames = read_stick(file, _verifier(key_of))
        header = header_of(next(frames))
        for _ in frames:
            pass
    return header


async def take_stick(path: Path, office: Office, take: Take, receipt: Path, now_ms: AtMs) -> Imported:
    """Take a stick that ``check_stick`` found good, and write its receipt: whole or not at all.

    Every frame is verified again as it is used, so that nobody changes the file in between. A stick that is taken
    twice, or stopped half way and taken again, brings the same events once.
    """
    header = check_stick(path, office.key_of)
    answer = StickHeader(what="receipt", source=header.source, stick=header.stick, made_at_ms=now_ms, cert=office.cert)
    with _opened(path) as file, _appearing(receipt) as out:
        writer = StickWriter(out, office.sign, answer)
        taking = _Taking(header.source, office, take, writer)
        frames = read_stick(file, _verifier(office.key_of))
        next(frames)
        for frame in frames:
            await taking.frame(frame)
        writer.close()
    return Imported(header.source, taking.events, taking.rejected, taking.media)


class _Taking:
    """One stick while it is taken."""

    def __init__(self, source: str, office: Office, take: Take, receipt: StickWriter) -> None:
        self._source = source
        self._office = office
        self._take = take
        self._receipt = receipt
        self._file: tuple[StickMedia, bytearray] | None = None
        self.events = self.rejected = self.media = 0

    async def frame(self, frame: Frame) -> None:
        if frame.kind is Kind.BATCH:
            await self._batch(frame.payload)
        elif frame.kind is Kind.MEDIA:
            self._file = (decoded(frame, StickMedia), bytearray())
        elif frame.kind is Kind.PIECE:
            self._piece(frame.payload)

    async def _batch(self, body: bytes) -> None:
        batch = read_batch(body, self._source)
        reply = await self._take(self._source, batch)
        refused = {one.id for one in reply.rejected}
        acked = tuple(event.id for event in batch.events if event.id not in refused)
        self._receipt.add(Kind.TAKEN, msgspec.json.encode(_taken(acked, reply)))
        self.events += len(acked)
        self.rejected += len(refused)

    def _piece(self, data: bytes) -> None:
        if self._file is None:
            raise FinalError("Tệp bị hỏng: có mảnh hình không thuộc hình nào.")
        told, kept = self._file
        kept += data
        if len(kept) < told.bytes:
            return
        digest = urlsafe_b64encode(hashlib.sha256(kept).digest()).decode().rstrip("=")
        if len(kept) != told.bytes or digest != told.sha256:
            raise FinalError(f"Hình của sự kiện {told.event} không đúng mã kiểm tra.")
        self._office.media.mkdir(parents=True, exist_ok=True)
        write_atomically(self._office.media / digest, bytes(kept))
        self._file = None
        self.media += 1


def _taken(acked: tuple[str, ...], reply: BatchReply) -> Taken:
    return Taken(acked=acked, rejected=reply.rejected)


def _verifier(key_of: KeyOf) -> Callable[[StickHeader], Verify]:
    def find(header: StickHeader) -> Verify:
        if header.what != "outbox":
            raise FinalError("Đây là biên nhận của tỉnh, không phải tệp của hộp.")
        key = key_of(header.source)
        if key is None:
            raise FinalError(f"Tỉnh chưa có khóa của hộp {header.source}: không nhận tệp này.")
        return lambda data, signature: are_signed(data, signature.hex(), key)

    return find


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as cause:
        raise FinalError(f"Không mở được {path}: {cause.strerror}.") from cause
    with file:
        yield file


@contextmanager
def _appearing(path: Path) -> Iterator[BinaryIO]:
    """A new file that appears whole when the block ends well, and is gone otherwise."""
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as cause:
        raise TransientError(f"Không ghi được biên nhận vào {path.parent}: {cause.strerror or cause}.") from cause
    finally:
        draft.unlink(missing_ok=True)
