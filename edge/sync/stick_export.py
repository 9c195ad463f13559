"""What waits for the province into one signed file, in constant memory; the box goes on meanwhile, by line too."""

import hashlib
import os
import secrets
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from edge.core.errors import FinalError, TransientError
from edge.kernel.disk import sync_folder
from edge.kernel.statement import StatementKey
from edge.kernel.wire.event import MAX_EVENTS
from edge.kernel.wire.stick import (
    MAX_FILE_BYTES,
    MAX_MEDIA_BYTES,
    MAX_PIECE_BYTES,
    Kind,
    StickHeader,
    StickMedia,
    StickWriter,
)
from edge.store.outbox import StoredEvent
from edge.store.uplink import waiting_after
from edge.sync.cloudevents import pack

SUFFIX = ".molang"
LANES = range(4)
ROOM_BYTES = 2 * MAX_PIECE_BYTES
"""Kept free below the largest file, for the frames that close it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What lies on the stick. ``whole``: nothing had to stay behind for want of room in one file."""

    path: Path
    stick: str
    events: int
    media: int
    length: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Whose outbox it is, with which key it is signed, and where files lie that events name (None: without files)."""

    source: str
    key: StatementKey
    media: Path | None = None


def write_stick(
    connection: sqlite3.Connection,
    outgoing: Outgoing,
    folder: Path,
    made_at_ms: int,
    note: Callable[[str, int, int], None],
) -> Written:
    """Write a new file into ``folder``: it appears whole or not at all.

    ``note(stick, made_at_ms, events)`` is told before it appears. Raises TransientError when the stick takes no more.
    """
    stick = secrets.token_hex(16)
    path = folder / f"{outgoing.source.strip('/').replace('/', '-')}-{stick[:8]}{SUFFIX}"
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("xb") as file:
            written = _fill(
                file,
                connection,
                outgoing,
                StickHeader(what="outbox", source=outgoing.source, stick=stick, made_at_ms=made_at_ms),
                path,
            )
            file.flush()
            os.fsync(file.fileno())
        note(stick, made_at_ms, written.events)
        draft.replace(path)
        sync_folder(folder)
    except OSError as cause:
        raise TransientError(f"Không ghi được vào {folder}: {cause.strerror or cause}.") from cause
    finally:
        draft.unlink(missing_ok=True)
    return written


def _fill(
    file: BinaryIO, connection: sqlite3.Connection, outgoing: Outgoing, header: StickHeader, path: Path
) -> Written:
    writer = StickWriter(file, lambda data: bytes.fromhex(outgoing.key.sign_bytes(data)), header)
    events = media = 0
    whole = True
    for lane in LANES:
        for ids, body, rows in _batches(connection, lane, outgoing.source):
            whole = whole and writer.length < MAX_FILE_BYTES - ROOM_BYTES
            if not whole:
                break
            writer.add(Kind.BATCH, body)
            events += len(ids)
            media += _add_media(writer, connection, outgoing.media, rows) if outgoing.media else 0
    writer.close()
    return Written(path, header.stick, events, media, writer.length, whole)


def _batches(
    connection: sqlite3.Connection, lane: int, source: str
) -> Iterator[tuple[tuple[str, ...], bytes, list[StoredEvent]]]:
    """All that waits in a lane, in its order; what can never be sent is left to the line's dead letters."""
    seq = 0
    while rows := waiting_after(connection, lane, seq, MAX_EVENTS):
        batch = pack(rows, source)
        packed = set(batch.ids)
        gone = [row for row in rows if row.id in packed]
        seq = gone[-1].seq if gone else rows[-1].seq  # nothing of them can be sent at all
        if gone:
            yield batch.ids, batch.body, gone


def _add_media(
    writer: StickWriter, connection: sqlite3.Connection, folder: Path | None, rows: list[StoredEvent]
) -> int:
    """The pictures of the incidents that these events open, as far as they are there and the file has room."""
    count = 0
    for row in rows:
        found = _still_of(connection, row)
        if folder is None or found is None:
            continue
        data = _read(folder / found)
        if data and writer.length + len(data) < MAX_FILE_BYTES - ROOM_BYTES:
            _add_file(writer, data, row.id)
            count += 1
    return count


def _still_of(connection: sqlite3.Connection, row: StoredEvent) -> str | None:
    if row.type != "incident.opened":
        return None
    found = connection.execute("SELECT still FROM incident WHERE id = ?", (row.subject,)).fetchone()
    return found[0] if found else None


def _read(path: Path) -> bytes:
    """A file of the media folder; empty when it is gone, or no picture of a reasonable size."""
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_MEDIA_BYTES else b""
    except OSError:
        return b""


def _add_file(writer: StickWriter, data: bytes, event: str) -> None:
    digest = urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    writer.add(Kind.MEDIA, msgspec.json.encode(StickMedia(sha256=digest, bytes=len(data), event=event)))
    for start in range(0, len(data), MAX_PIECE_BYTES):
        writer.add(Kind.PIECE, data[start : start + MAX_PIECE_BYTES])


def public_key(path: Path) -> StatementKey:
    """The key of the box's statements; raises FinalError before the box was ever started."""
    if not path.exists():
        raise FinalError(f"Chưa có khóa ở {path}: hộp chưa chạy lần nào.")
    return StatementKey.load(path)
