"""The index of recordings, with pins; and what is told when something of it is deleted (L3, L5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.core.errors import FinalError
from edge.core.local_time import local
from edge.core.policy.retention import DAY_MS, Kind, Piece
from edge.core.recording import Importance, Span, Who, importance_of
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT

BOX = Who("hộp", "")
"""Who deletes when a time is over."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of recording as it lies on the disk; ``path`` is relative to the media folder."""

    camera: str
    path: str
    began_ms: int
    ended_ms: int
    bytes: int
    codec: str
    width: int
    height: int
    motion: float


def keep_segment(tx: Tx, segment: Segment, *, objects: bool) -> int:
    """Put it into the index; how many bytes more the index knows now.

    The same file may be told again by a shard that starts and knows less of it: what it was worth it stays worth.
    """
    known = tx.row("SELECT bytes FROM segment WHERE path = ?", segment.path)
    incident = _incident_in(tx, segment)
    tx.run(
        "INSERT INTO segment"
        " (camera, path, began_ms, ended_ms, bytes, codec, width, height, motion, importance)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET ended_ms = excluded.ended_ms,"
        " bytes = excluded.bytes, importance = max(importance, excluded.importance)",
        segment.camera,
        segment.path,
        segment.began_ms,
        segment.ended_ms,
        segment.bytes,
        segment.codec,
        segment.width,
        segment.height,
        segment.motion,
        importance_of(segment.motion, objects=objects, incident=incident),
    )
    return segment.bytes - (known[0] if known else 0)


def _incident_in(tx: Tx, segment: Segment) -> bool:
    question = (
        "SELECT 1 FROM incident WHERE camera = ? AND began_at_ms < ?"
        " AND coalesce(ended_at_ms, 9e15) > ? ORDER BY began_at_ms DESC LIMIT 1"
    )
    return tx.row(question, segment.camera, segment.ended_ms, segment.began_ms) is not None


def mark_incident(tx: Tx, span: Span) -> None:
    """What lies in this span belongs to an incident: it goes last."""
    tx.run(
        "UPDATE segment SET importance = ? WHERE camera = ? AND began_ms < ? AND ended_ms > ?",
        Importance.INCIDENT,
        span.camera,
        span.until_ms,
        span.since_ms,
    )


def forget(tx: Tx, pieces: Iterable[Piece]) -> None:
    """Their files are gone: now their rows go, and a tombstone follows what the province was told of them.

    It was told of every export and every incident, though the outbox may have forgotten that since.
    """
    for piece in pieces:
        if piece.kind is Kind.SEGMENT:
            tx.run("DELETE FROM segment WHERE id = ?", int(piece.id))
        elif piece.kind is Kind.EXPORT:
            tx.run("UPDATE export SET state = 'gone', gone_at_ms = ?, path = NULL WHERE id = ?", tx.now.at_ms, piece.id)
            _tombstone(tx, "recording.deleted", piece.id)
        else:
            gone = "still = NULL, still_sha256 = NULL, clip = NULL, clip_sha256 = NULL"
            tx.run(f"UPDATE incident SET {gone} WHERE id = ?", piece.id)  # noqa: S608 - a constant
            _tombstone(tx, "incident.media_deleted", piece.id)


def _tombstone(tx: Tx, kind: str, subject: str) -> None:
    tx.event(LANE_RESULT, kind, subject, {"deleted_at_ms": tx.now.at_ms})


def add_pin(tx: Tx, number: str, span: Span, who: Who, reason: str, days: int) -> None:
    """Pin a span; the same press again changes nothing."""
    values = (number, span.camera, span.since_ms, span.until_ms, reason, who.user)
    added = tx.run(
        "INSERT OR IGNORE INTO pin (id, camera, since_ms, until_ms, reason, by_user, ends_at_ms, made_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *values,
        tx.now.at_ms + days * DAY_MS,
        tx.now.at_ms,
    ).rowcount
    if added:
        tx.deed(who.user, who.role, "recording.pin", f"{span_words(span)}, {days} ngày: {reason}")


def drop_pin(tx: Tx, number: str, who: Who) -> None:
    """Unpin; raises FinalError when there is no such pin."""
    found = tx.row("SELECT camera, since_ms, until_ms FROM pin WHERE id = ?", number)
    if found is None:
        raise FinalError("Đoạn ghim này không còn.")
    tx.run("DELETE FROM pin WHERE id = ?", number)
    tx.deed(who.user, who.role, "recording.unpin", span_words(Span(*found)))


def end_pins(tx: Tx) -> int:
    """Unpin all whose end has come; how many."""
    ended = tx.run("SELECT id FROM pin WHERE ends_at_ms <= ?", tx.now.at_ms).fetchall()
    for (number,) in ended:
        drop_pin(tx, number, BOX)
    return len(ended)


def note_view(tx: Tx, span: Span, who: Who, why: str) -> None:
    """Somebody is about to look at this span (L5)."""
    tx.deed(who.user, who.role, "recording.view", f"{span_words(span)}: {why}")


def drop_lost(tx: Tx, paths: Sequence[str]) -> None:
    """Rows whose files were gone when somebody looked: a deletion that a power cut interrupted."""
    for path in paths:
        tx.run("DELETE FROM segment WHERE path = ?", path)


def span_words(span: Span) -> str:
    """A span as people read it: camera, day, from, to, in the commune's time."""
    since, until = local(span.since_ms), local(span.until_ms)  # type: ignore[arg-type]  # a span's ms are UTC ms
    to = f"{until:%H:%M:%S}" if since.date() == until.date() else f"{until:%H:%M:%S %d/%m/%Y}"
    return f"{span.camera} {since:%d/%m/%Y %H:%M:%S}–{to}"
