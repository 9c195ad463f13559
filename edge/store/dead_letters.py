"""Dead letters: events that the province refused or that must not leave; shown, sent again when a person says so."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from edge.core.errors import FinalError
from edge.store.journal import Tx

MOST_SHOWN = 500
MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One of them, with its reason in a sentence."""

    seq: int
    id: str
    lane: int
    type: str
    subject: str
    at_ms: int
    reason: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A field that is in no list of what may leave: the events went without it."""

    type: str
    field: str
    count: int
    last_at_ms: int


def dead_letters(connection: sqlite3.Connection, most: int = MOST_SHOWN) -> list[DeadLetter]:
    """The newest, newest first."""
    rows = connection.execute(
        "SELECT seq, id, lane, type, subject, at_ms, dead_reason, data FROM outbox WHERE dead_reason IS NOT NULL"
        " ORDER BY seq DESC LIMIT ?",
        (most,),
    )
    return [_letter(row) for row in rows]


def dead_letter(connection: sqlite3.Connection, name: str) -> DeadLetter:
    """The one with this id; raises FinalError when there is none."""
    row = connection.execute(
        "SELECT seq, id, lane, type, subject, at_ms, dead_reason, data FROM outbox"
        " WHERE id = ? AND dead_reason IS NOT NULL",
        (name,),
    ).fetchone()
    if row is None:
        raise FinalError(f"Không có thư chết nào mang số {name}.")
    return _letter(row)


def _letter(row: tuple[Any, ...]) -> DeadLetter:
    seq, name, lane, kind, subject, at_ms, reason, text = row
    try:
        data = json.loads(text)
    except ValueError:  # that may be why it is one
        data = {}
    return DeadLetter(seq, name, lane, kind, subject, at_ms, reason, data if isinstance(data, dict) else {})


def send_again(tx: Tx, names: Collection[str] | None, user: str, role: str) -> int:
    """Put these (None: the oldest thousand) back to the end of their lanes; how many. Raises FinalError for others.

    They get new numbers: each lane keeps its order, and the old number stays explained.
    """
    wanted = _all_names(tx) if names is None else list(dict.fromkeys(names))
    for name in wanted:
        row = tx.row(
            "DELETE FROM outbox WHERE id = ? AND dead_reason IS NOT NULL"
            " RETURNING id, lane, type, subject, at_ms, boot, clock, data",
            name,
        )
        if row is None:
            raise FinalError(f"Không có thư chết nào mang số {name}.")
        tx.run(
            "INSERT INTO outbox (id, lane, type, subject, at_ms, boot, clock, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *row,
        )
    if wanted:
        shown = ", ".join(wanted[:5]) + (", …" if len(wanted) > 5 else "")
        tx.deed(user, role, "outbox.send_again", f"{len(wanted)} thư chết gửi lại: {shown}")
    return len(wanted)


def _all_names(tx: Tx) -> list[str]:
    sql = "SELECT id FROM outbox WHERE dead_reason IS NOT NULL ORDER BY seq LIMIT ?"
    return [name for (name,) in tx.run(sql, MOST_AT_ONCE)]


def note_withheld(connection: sqlite3.Connection, fields: Collection[tuple[str, str]], at_ms: int) -> None:
    """These (type, field) were held back, each once more."""
    connection.executemany(
        "INSERT INTO outbox_withheld (type, field, count, last_at_ms) VALUES (?, ?, 1, ?) ON CONFLICT (type, field)"
        " DO UPDATE SET count = count + 1, last_at_ms = excluded.last_at_ms",
        [(kind, field, at_ms) for kind, field in fields],
    )


def withheld(connection: sqlite3.Connection) -> list[Withheld]:
    """What was held back so far."""
    rows = connection.execute("SELECT type, field, count, last_at_ms FROM outbox_withheld ORDER BY type, field")
    return [Withheld(*row) for row in rows]
