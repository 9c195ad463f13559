"""Events for the province, written in the transaction of what they tell (law 1)."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from edge.core.moment import Moment

LANE_ALARM, LANE_RESULT, LANE_TELEMETRY, LANE_MEDIA = range(4)


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``type`` is ``<thing>.<verb>``; the wire adds ``vn.molang.`` and ``.v1`` (protocols.md, Events)."""

    id: str
    lane: int
    type: str
    subject: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it lies in the outbox; ``data`` is JSON text."""

    seq: int
    id: str
    lane: int
    type: str
    subject: str
    at_ms: int
    boot: int
    clock: str
    data: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for the province."""

    waiting: int
    oldest_ms: int | None
    sent: int
    dead: int


def add_event(connection: sqlite3.Connection, event: Event, boot: int, now: Moment) -> None:
    """Put an event into the outbox; the caller's transaction makes it durable."""
    connection.execute(
        "INSERT INTO outbox (id, lane, type, subject, at_ms, boot, clock, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.id,
            event.lane,
            event.type,
            event.subject,
            now.at_ms,
            boot,
            now.clock,
            json.dumps(event.data, ensure_ascii=False, separators=(",", ":")),
        ),
    )


def waiting_events(connection: sqlite3.Connection, limit: int) -> list[StoredEvent]:
    """The next events to send: lower lanes first, then by sequence."""
    rows = connection.execute(
        "SELECT seq, id, lane, type, subject, at_ms, boot, clock, data FROM outbox"
        " WHERE acked_at_ms IS NULL AND dead_reason IS NULL ORDER BY lane, seq LIMIT ?",
        (limit,),
    )
    return [StoredEvent(*row) for row in rows]


def mark_acked(connection: sqlite3.Connection, ids: Sequence[str], at_ms: int) -> None:
    """The province has these for good."""
    connection.executemany("UPDATE outbox SET acked_at_ms = ? WHERE id = ?", [(at_ms, event) for event in ids])


def mark_dead(connection: sqlite3.Connection, rejected: Iterable[tuple[str, str]]) -> None:
    """The province refused these (id, reason): kept, shown, never in the way of others."""
    connection.executemany("UPDATE outbox SET dead_reason = ? WHERE id = ?", [(why, event) for event, why in rejected])


def backlog(connection: sqlite3.Connection) -> Backlog:
    """How much waits, since when, and how much has gone."""
    waiting, oldest = connection.execute(
        "SELECT count(*), min(at_ms) FROM outbox WHERE acked_at_ms IS NULL AND dead_reason IS NULL"
    ).fetchone()
    (dead,) = connection.execute("SELECT count(*) FROM outbox WHERE dead_reason IS NOT NULL").fetchone()
    (all_events,) = connection.execute("SELECT coalesce(max(seq), 0) FROM outbox").fetchone()
    return Backlog(waiting, oldest, all_events - waiting - dead, dead)
