"""Batches into the province's database: every event once, every delivery counted."""

import datetime as dt
import sqlite3
from pathlib import Path

import msgspec

from edge.core.moment import AtMs
from edge.hub.batch import Checked
from edge.kernel.wire.event import BatchReply, CloudEvent, Rejected

MIGRATIONS = Path(__file__).parent / "migrations"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MS = dt.timedelta(milliseconds=1)


def take_batch(connection: sqlite3.Connection, source: str, batch: Checked, now_ms: AtMs) -> BatchReply:
    """Keep what is new, count what came again, and say what was wrong; part of one transaction of the writer."""
    number = _greet(connection, source, now_ms)
    rejected = list(batch.rejected)
    duplicates = 0
    for event in batch.events:
        kept = _content_kept(connection, event)
        if kept is None:
            _add(connection, event, number, now_ms)
        elif kept == _content(event):
            _count_again(connection, event)
            duplicates += 1
        else:
            rejected.append(Rejected(event.id, "Mã này đã dùng cho một sự kiện khác."))
    new = len(batch.events) + len(batch.rejected) - len(rejected) - duplicates
    highest = max((event.seq for event in batch.events), default=0)
    acked_seq = _total(connection, source, (new, duplicates, len(rejected), highest))
    return BatchReply(acked_seq=acked_seq, rejected=tuple(rejected))


def _greet(connection: sqlite3.Connection, source: str, now_ms: AtMs) -> int:
    """The box is alive; returns the number of this batch of its."""
    (number,) = connection.execute(
        "INSERT INTO box (source, first_seen_ms, last_seen_ms, batches) VALUES (?, ?, ?, 1)"
        " ON CONFLICT (source) DO UPDATE SET last_seen_ms = excluded.last_seen_ms, batches = batches + 1"
        " RETURNING batches",
        (source, now_ms, now_ms),
    ).fetchone()
    return int(number)


def _content(event: CloudEvent) -> tuple[object, ...]:
    """What makes two deliveries the same event."""
    at_ms = (event.time - _EPOCH) // _MS
    data = msgspec.json.encode(event.data).decode()
    return (event.type, event.subject, at_ms, event.seq, event.lane, event.bootid, event.clockstate.value, data)


def _content_kept(connection: sqlite3.Connection, event: CloudEvent) -> tuple[object, ...] | None:
    kept: tuple[object, ...] | None = connection.execute(
        "SELECT type, subject, at_ms, seq, lane, boot, clock, data FROM event WHERE source = ? AND id = ?",
        (event.source, event.id),
    ).fetchone()
    return kept


def _add(connection: sqlite3.Connection, event: CloudEvent, batch: int, now_ms: AtMs) -> None:
    connection.execute(
        "INSERT INTO event (arrival, source, id, type, subject, at_ms, seq, lane, boot, clock, data, received_ms,"
        " batch) VALUES ((SELECT coalesce(max(arrival), 0) + 1 FROM event), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (event.source, event.id, *_content(event), now_ms, batch),
    )


def _count_again(connection: sqlite3.Connection, event: CloudEvent) -> None:
    connection.execute(
        "UPDATE event SET deliveries = deliveries + 1 WHERE source = ? AND id = ?", (event.source, event.id)
    )


def _total(connection: sqlite3.Connection, source: str, more: tuple[int, int, int, int]) -> int:
    """Add to the totals of a box; returns the highest seq that is kept."""
    (highest,) = connection.execute(
        "UPDATE box SET events = events + ?, duplicates = duplicates + ?, rejected = rejected + ?,"
        " max_seq = max(max_seq, ?) WHERE source = ? RETURNING max_seq",
        (*more, source),
    ).fetchone()
    return int(highest)
