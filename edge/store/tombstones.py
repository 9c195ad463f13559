"""Tombstones in the outbox: one event for many that will never come, in the transaction that drops them."""

import json
import sqlite3
from collections.abc import Sequence

from edge.core.moment import Moment
from edge.core.policy.tombstones import KIND, Tombstone, Why, as_data, from_data, merged, of_rows
from edge.store.ids import get_meta, put_meta

ON_THE_WAY = 200
"""The first of each lane may be on the line just now: nothing of them is dropped or changed. The longest batch."""
_COUNTER = "tombstones"
_WAITS = "acked_at_ms IS NULL AND dead_reason IS NULL"


def tell_dropped(
    connection: sqlite3.Connection, lane: int, reason: Why, rows: Sequence[tuple[int, int]], now: Moment
) -> None:
    """These (seq, at_ms) will never be sent. The rows themselves are the caller's."""
    if rows:
        put_tombstone(connection, of_rows(lane, reason, rows), now)


def put_tombstone(connection: sqlite3.Connection, stone: Tombstone, now: Moment) -> None:
    """Write it, together with an older one of its kind that cannot be on its way yet: at most one of each piles up.

    The older one's own number then lies under the new one.
    """
    known = _older(connection, stone.lane, stone.reason)
    if known is not None:
        seq, at_ms, older = known
        connection.execute("DELETE FROM outbox WHERE seq = ?", (seq,))
        own = of_rows(stone.lane, stone.reason, [(seq, at_ms)])
        stone = merged(merged(older, own), stone)
    data = json.dumps(as_data(stone), separators=(",", ":"))
    boot = int(get_meta(connection, "boot", "0"))
    connection.execute(
        "INSERT INTO outbox (id, lane, type, subject, at_ms, boot, clock, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (_next_id(connection, boot), stone.lane, KIND, f"lane/{stone.lane}", now.at_ms, boot, now.clock, data),
    )


def first_that_stands(connection: sqlite3.Connection, lane: int) -> int | None:
    """The number from which on nothing of this lane can be on its way; None when all that waits may be."""
    row = connection.execute(
        f"SELECT seq FROM outbox WHERE {_WAITS} AND lane = ? ORDER BY seq LIMIT 1 OFFSET ?",  # noqa: S608 - a constant
        (lane, ON_THE_WAY),
    ).fetchone()
    return int(row[0]) if row else None


def _older(connection: sqlite3.Connection, lane: int, reason: Why) -> tuple[int, int, Tombstone] | None:
    first = first_that_stands(connection, lane)
    if first is None:
        return None
    rows = connection.execute(
        f"SELECT seq, at_ms, data FROM outbox WHERE type = '{KIND}' AND lane = ? AND seq >= ? AND {_WAITS}"  # noqa: S608
        " ORDER BY seq DESC",
        (lane, first),
    )
    found = ((seq, at_ms, from_data(json.loads(data))) for seq, at_ms, data in rows)
    return next((one for one in found if one[2].reason is reason), None)


def _next_id(connection: sqlite3.Connection, boot: int) -> str:
    """Out of the persisted counter of starts and a persisted number: other ids of this start have no letter."""
    number = int(get_meta(connection, _COUNTER, "0")) + 1
    put_meta(connection, _COUNTER, str(number))
    return f"{boot}-t{number}"
