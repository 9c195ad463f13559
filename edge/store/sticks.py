"""Sticks that carried the outbox by hand, and what their receipts confirm."""

import json
import sqlite3
from collections.abc import Sequence

from edge.core.errors import FinalError
from edge.store.outbox import mark_dead
from edge.store.uplink import confirm


def note_stick(connection: sqlite3.Connection, stick: str, made_at_ms: int, events: int) -> None:
    """This file is about to be on a stick: its receipt will be believed."""
    connection.execute(
        "INSERT OR IGNORE INTO stick (id, made_at_ms, events) VALUES (?, ?, ?)", (stick, made_at_ms, events)
    )


def check_stick(connection: sqlite3.Connection, stick: str) -> None:
    """Raises FinalError for a stick that this database does not know.

    A box that was set up again from an old copy may use the same ids for other events: a receipt from before would
    take those for known. Without a receipt they are only sent again.
    """
    if connection.execute("SELECT 1 FROM stick WHERE id = ?", (stick,)).fetchone() is None:
        raise FinalError("Hộp này không nhớ đã ghi tệp đó: không dùng biên nhận, mọi thứ sẽ được gửi lại.")


def confirm_by_stick(
    connection: sqlite3.Connection, acked: Sequence[str], rejected: Sequence[tuple[str, str]], at_ms: int
) -> int:
    """What a receipt says of one batch; returns how many events waited until now. What the line settled stays so."""
    waiting = _waiting(connection, [*acked, *(event for event, _ in rejected)])
    confirm(connection, [event for event in acked if event in waiting], at_ms)
    mark_dead(connection, [(event, reason) for event, reason in rejected if event in waiting])
    return len(waiting)


def finish_stick(connection: sqlite3.Connection, stick: str, at_ms: int) -> None:
    """Its receipt was taken to the end."""
    connection.execute("UPDATE stick SET receipt_at_ms = ? WHERE id = ?", (at_ms, stick))


def _waiting(connection: sqlite3.Connection, ids: Sequence[str]) -> frozenset[str]:
    rows = connection.execute(
        "SELECT id FROM outbox WHERE id IN (SELECT value FROM json_each(?))"
        " AND acked_at_ms IS NULL AND dead_reason IS NULL",
        (json.dumps(ids),),
    )
    return frozenset(event for (event,) in rows)
