"""SMS that came in, as hashes: what was read twice from a SIM is done once, strangers are answered once."""

import hashlib

from edge.store.journal import Tx

MOST_HEARD = 5_000
"""Rows that are kept; the oldest go."""
SAME_MS = 20_000
"""A modem that cannot delete a message gives it again every few seconds: for as long as it does, it is one message.

Somebody who answers "1" to the next alarm takes longer than that.
"""


def digest(text: str) -> str:
    """A text without its words."""
    return hashlib.sha256(text.encode()).hexdigest()


def heard_before(tx: Tx, sender: str, text: str, now_ms: int) -> bool:
    """Whether this very message was heard a moment ago; then it counts as heard now."""
    row = tx.row(
        "SELECT id FROM heard WHERE sender_sha256 = ? AND text_sha256 = ? AND ladder_ms > ? ORDER BY id DESC LIMIT 1",
        digest(sender),
        digest(text),
        now_ms - SAME_MS,
    )
    if row is not None:
        tx.run("UPDATE heard SET ladder_ms = ? WHERE id = ?", now_ms, row[0])
    return row is not None


def keep_heard(tx: Tx, person: str, sender: str, text: str, what: str, now_ms: int) -> int:
    """Write down that it came; its number."""
    tx.run(
        "INSERT INTO heard (person, sender_sha256, text_sha256, what, at_ms, ladder_ms) VALUES (?, ?, ?, ?, ?, ?)",
        person,
        digest(sender),
        digest(text),
        what,
        tx.now.at_ms,
        now_ms,
    )
    row = tx.row("SELECT last_insert_rowid()")
    assert row is not None
    tx.run("DELETE FROM heard WHERE id <= ?", row[0] - MOST_HEARD)
    return int(row[0])


def known_stranger(tx: Tx, sender: str) -> bool:
    """Whether this number was heard before."""
    return tx.row("SELECT 1 FROM heard WHERE sender_sha256 = ? AND person = ''", digest(sender)) is not None


def answered_since(tx: Tx, person: str, since_ms: int) -> int:
    """How many questions of this person (empty: strangers) were answered since then (ladder time)."""
    row = tx.row(
        "SELECT count(*) FROM heard WHERE person = ? AND what IN ('state', 'levels', 'stranger') AND ladder_ms > ?",
        person,
        since_ms,
    )
    return int(row[0]) if row else 0
