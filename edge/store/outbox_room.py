"""Makes room in the outbox: what arrived is forgotten, what is over its budget or left out is dropped and told.

Every function does a bounded piece of work in the transaction of its caller, so that others get their turn between.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from edge.core.moment import Moment
from edge.core.policy.compaction import GOOD, Levels, Value, left_out
from edge.core.policy.lanes import Drop, Lane
from edge.core.policy.tombstones import KIND, Tombstone, Why
from edge.store.ids import get_meta, put_meta
from edge.store.outbox import ROW_BYTES, WAITS
from edge.store.tombstones import first_that_stands, put_tombstone, tell_dropped

AT_ONCE = 500
"""Rows in one transaction: some 20 ms on a slow card."""
COMPACTED_AT_ONCE = 2_000
LET_GO = "outbox_let_go_ms"
"""Of alarms and results that are no longer in the outbox the newest happened then; the check of the store asks."""
MOST_DEAD = 10_000
_LATEST = frozenset({"reading.taken", "modem.measured"})
"""Events that tell the latest value of something."""


def forget_acked(connection: sqlite3.Connection, before_ms: int | None, most: int = AT_ONCE) -> int:
    """Delete what the province got before this (None: whatever it got), the longest known first; how many."""
    rows = connection.execute(
        "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE acked_at_ms IS NOT NULL AND acked_at_ms < ?"
        " ORDER BY acked_at_ms LIMIT ?) RETURNING lane, at_ms",
        (before_ms if before_ms is not None else 1 << 62, most),
    ).fetchall()
    _note_let_go(connection, rows)
    return len(rows)


def forget_dead(connection: sqlite3.Connection) -> int:
    """Of dead letters the newest ten thousand are kept; the province knows already that the others will not come."""
    rows = connection.execute(
        "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE dead_reason IS NOT NULL ORDER BY seq DESC"
        " LIMIT ? OFFSET ?) RETURNING lane, at_ms",
        (AT_ONCE, MOST_DEAD),
    ).fetchall()
    _note_let_go(connection, rows)
    return len(rows)


def drop(connection: sqlite3.Connection, wanted: Drop, now: Moment, most: int = AT_ONCE) -> int:
    """Drop the oldest of a lane that cannot be on their way, and tell so in one tombstone; how many went."""
    first = first_that_stands(connection, wanted.lane)
    if first is None:
        return 0
    rows = connection.execute(
        "SELECT seq, at_ms, length(CAST(data AS BLOB)) FROM outbox"  # noqa: S608 - constants
        f" WHERE {WAITS} AND lane = ? AND seq >= ? AND type <> '{KIND}' ORDER BY seq LIMIT ?",
        (wanted.lane, first, most),
    ).fetchall()
    return _remove(connection, wanted.lane, wanted.why, list(_wanted(rows, wanted)), now)


def _wanted(rows: list[tuple[int, int, int]], wanted: Drop) -> Iterator[tuple[int, int]]:
    freed = 0
    for seq, at_ms, size in rows:
        done = freed >= wanted.bytes if wanted.before_ms is None else at_ms >= wanted.before_ms
        if done:
            return
        freed += size + ROW_BYTES
        yield seq, at_ms


def _remove(connection: sqlite3.Connection, lane: int, why: Why, rows: list[tuple[int, int]], now: Moment) -> int:
    connection.executemany("DELETE FROM outbox WHERE seq = ?", [(seq,) for seq, _ in rows])
    _note_let_go(connection, [(lane, at_ms) for _, at_ms in rows])
    tell_dropped(connection, lane, why, rows, now)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Compacted:
    """How far it came: the number behind which it goes on (0: from the start), and how many rows went."""

    after: int
    gone: int


def compact(connection: sqlite3.Connection, after: int, levels: Levels, now: Moment) -> Compacted:
    """Leave out what the next piece of the waiting telemetry behind ``after`` can spare, told in one tombstone."""
    first = first_that_stands(connection, Lane.TELEMETRY)
    if first is None:
        return Compacted(0, 0)
    rows = connection.execute(
        f"SELECT seq, at_ms, type, subject, data FROM outbox WHERE {WAITS} AND lane = ? AND seq >= ?"  # noqa: S608
        " ORDER BY seq LIMIT ?",
        (Lane.TELEMETRY, max(first, after + 1), COMPACTED_AT_ONCE),
    ).fetchall()
    if len(rows) < COMPACTED_AT_ONCE:  # a whole piece at a time: the tombstone is not written anew for every reading
        return Compacted(after, 0)
    gone = left_out(_values(rows), levels)
    going = [(seq, at_ms) for seq, at_ms, *_ in rows if seq in gone]
    return Compacted(rows[-1][0], _remove(connection, Lane.TELEMETRY, Why.COMPACTED, going, now))


def _values(rows: Iterable[tuple[int, int, str, str, str]]) -> Iterator[Value]:
    """What is not as we write it is left as it is: it is no latest value."""
    for seq, at_ms, kind, subject, text in rows:
        if kind in _LATEST:
            with suppress(ValueError, TypeError, AttributeError):
                yield _value(seq, at_ms, kind, subject, text)


def _value(seq: int, at_ms: int, kind: str, subject: str, text: str) -> Value:
    data = json.loads(text)
    number = data.get("value")
    return Value(
        seq,
        (subject, kind, str(data.get("quantity", ""))),
        int(data.get("at_ms", at_ms)),
        float(number) if isinstance(number, int | float) else None,
        str(data.get("quality", GOOD)),
    )


def count_unqueued(connection: sqlite3.Connection, lane: int, at_ms: int) -> None:
    """One more that there is no room to queue."""
    connection.execute(
        "INSERT INTO outbox_unqueued (lane, count, since_ms, until_ms) VALUES (?, 1, ?, ?) ON CONFLICT (lane) DO UPDATE"
        " SET count = count + 1, since_ms = min(since_ms, excluded.since_ms),"
        " until_ms = max(until_ms, excluded.until_ms)",
        (lane, at_ms, at_ms),
    )


def tell_unqueued(connection: sqlite3.Connection, now: Moment) -> int:
    """There is room again: the province hears how many were never queued; how many."""
    rows = connection.execute("DELETE FROM outbox_unqueued RETURNING lane, count, since_ms, until_ms").fetchall()
    for lane, count, since_ms, until_ms in rows:
        put_tombstone(connection, Tombstone(lane, Why.NOT_QUEUED, None, None, count, since_ms, until_ms), now)
    return sum(count for _, count, _, _ in rows)


def acked_rows(connection: sqlite3.Connection) -> int:
    """How many rows lie here that the province has already."""
    (count,) = connection.execute("SELECT sum(acked) FROM outbox_count").fetchone()
    return int(count)


def make_room(connection: sqlite3.Connection, now: Moment) -> bool:
    """The database is at its quota: give up what is worth least, at once; whether anything went."""
    if forget_acked(connection, None, 10 * AT_ONCE):
        return True
    pressed = (Drop(lane, Why.PRESSURE, bytes=1 << 40) for lane in (Lane.TELEMETRY, Lane.MEDIA))
    return any(drop(connection, one, now) for one in pressed)


def database_bytes(connection: sqlite3.Connection) -> tuple[int, int]:
    """What the database holds, and how much it may: pages that deleting left free count as free."""
    size, count, free, most = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count", "max_page_count")
    )
    return (count - free) * size, most * size


def _note_let_go(connection: sqlite3.Connection, rows: list[tuple[int, int]]) -> None:
    newest = max((at_ms for lane, at_ms in rows if lane <= Lane.RESULT), default=None)
    if newest is not None and newest > let_go_ms(connection):
        put_meta(connection, LET_GO, str(newest))


def let_go_ms(connection: sqlite3.Connection) -> int:
    """Alarms and results up to then may be gone from the outbox."""
    return int(get_meta(connection, LET_GO, "-1"))
