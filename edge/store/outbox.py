"""Events for the province, written in the transaction of what they tell (law 1)."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.policy.lanes import Lane, Load, Turn, take_turns
from edge.core.policy.tombstones import KIND, Why
from edge.store.tombstones import tell_dropped

LANE_ALARM, LANE_RESULT, LANE_TELEMETRY, LANE_MEDIA = range(4)
EVERY_LANE = tuple(int(lane) for lane in Lane)
ROW_BYTES = 120
"""What a row takes beside its data, on the line and on the disk; migration 0005 counts with the same."""
WAITS = "acked_at_ms IS NULL AND dead_reason IS NULL"
_COLUMNS = "seq, id, lane, type, subject, at_ms, boot, clock, data"


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


class Turns:
    """Remembers between two batches whose turn it is; one for each line that empties the outbox."""

    def __init__(self) -> None:
        self.turn = Turn()


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


def waiting_events(
    connection: sqlite3.Connection, limit: int, turns: Turns | None = None, lanes: Collection[int] = EVERY_LANE
) -> list[StoredEvent]:
    """The next events to send, of these lanes: alarms first, the others in turns; each lane in its own order.

    Any beginning of the list is a fair batch too. ``turns`` goes on where the batch before ended.
    """
    turns = turns or Turns()
    waiting: dict[int, list[StoredEvent]] = {}
    for lane in sorted(lanes):
        alarms = len(waiting.get(LANE_ALARM, ()))
        waiting[lane] = _next_of(connection, lane, limit - alarms)
    sizes = {lane: [_size(one) for one in rows] for lane, rows in waiting.items()}
    order, turns.turn = take_turns(turns.turn, sizes, limit)
    rows_of = {lane: iter(rows) for lane, rows in waiting.items()}
    return [next(rows_of[lane]) for lane in order]


def _next_of(connection: sqlite3.Connection, lane: int, limit: int) -> list[StoredEvent]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM outbox WHERE {WAITS} AND lane = ? ORDER BY seq LIMIT ?",  # noqa: S608 - constants
        (lane, limit),
    )
    return [StoredEvent(*row) for row in rows]


def _size(event: StoredEvent) -> int:
    return len(event.data) + ROW_BYTES


def mark_acked(connection: sqlite3.Connection, ids: Sequence[str], at_ms: int) -> None:
    """The province has these for good."""
    connection.executemany(
        "UPDATE outbox SET acked_at_ms = ? WHERE id = ? AND acked_at_ms IS NULL", [(at_ms, event) for event in ids]
    )


def mark_dead(connection: sqlite3.Connection, rejected: Iterable[tuple[str, str]], now: Moment | None = None) -> None:
    """The province refused these (id, reason), or they must not leave: kept, shown, never in the way of others.

    The province hears which numbers will not come; without ``now`` that is told as of the newest of them.
    """
    buried: dict[int, list[tuple[int, int]]] = {}
    for event, why in rejected:
        row = connection.execute(
            f"UPDATE outbox SET dead_reason = ? WHERE id = ? AND {WAITS} RETURNING lane, seq, at_ms, type",  # noqa: S608
            (why, event),
        ).fetchone()
        if row is not None and row[3] != KIND:  # nobody needs to be told of a word about what is gone
            buried.setdefault(row[0], []).append((row[1], row[2]))
    for lane, rows in buried.items():
        newest = AtMs(max(at_ms for _, at_ms in rows))
        tell_dropped(connection, lane, Why.DEAD_LETTER, rows, now or Moment(newest, Steady(0), ClockState.RTC))


def lane_loads(connection: sqlite3.Connection) -> list[Load]:
    """What waits in each lane: kept counts and the first of each queue, never a walk through it."""
    return [
        Load(Lane(lane), count, size, _oldest(connection, lane) if count else None)
        for lane, count, size in connection.execute(
            "SELECT lane, waiting, waiting_bytes FROM outbox_count ORDER BY lane"
        ).fetchall()
    ]


def _oldest(connection: sqlite3.Connection, lane: int) -> int | None:
    row = connection.execute(
        f"SELECT at_ms FROM outbox WHERE {WAITS} AND lane = ? ORDER BY seq LIMIT 1",  # noqa: S608 - a constant
        (lane,),
    ).fetchone()
    return row[0] if row else None


def backlog(connection: sqlite3.Connection) -> Backlog:
    """How much waits, since when, and how much has gone."""
    waiting, sent, dead = connection.execute(
        "SELECT sum(waiting), sum(acked) + sum(forgotten), sum(dead) FROM outbox_count"
    ).fetchone()
    oldest = [load.oldest_ms for load in lane_loads(connection) if load.oldest_ms is not None] if waiting else []
    return Backlog(waiting, min(oldest, default=None), sent, dead)
