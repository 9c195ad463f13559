"""Requests of persons about their own data, step by step, each with its deadline."""

import sqlite3

from edge.core.errors import FinalError
from edge.core.person_request import CLOSED, KEEP_CONTACT_MS, State, Step, after
from edge.store.journal import Tx

GONE = ""
"""What stands in the place of a name after the time of keeping."""


def add_request(
    tx: Tx, number: str, kind: str, who: str, reach: str, about: str, came_at_ms: int, due_ms: int, user: str, role: str
) -> int:
    """Keep it under the next number; the same press again is the same request."""
    known = tx.row("SELECT number FROM person_request WHERE id = ?", number)
    if known is not None:
        return int(known[0])
    (next_one,) = tx.row("SELECT coalesce(max(number), 0) + 1 FROM person_request") or (1,)
    tx.run(
        "INSERT INTO person_request (id, number, kind, who, reach, about, came_at_ms, due_ms, state, changed_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(number, next_one, kind, who, reach, about, came_at_ms, due_ms, State.OPEN, tx.now.at_ms),
    )
    _step(tx, number, Step.CAME, "", user)
    tx.deed(user, role, "request.add", f"{next_one} {kind}")
    return int(next_one)


def take_step(tx: Tx, number: str, step: Step, words: str, user: str, role: str) -> None:
    """A step of a request; raises FinalError when it is unknown or closed."""
    found = tx.row("SELECT state, number FROM person_request WHERE id = ?", number)
    if found is None:
        raise FinalError("Không có yêu cầu này.")
    state = after(State(found[0]), step)
    tx.run(
        "UPDATE person_request SET state = ?, changed_at_ms = ?,"
        " answered_at_ms = CASE WHEN ? != 'open' THEN coalesce(answered_at_ms, ?) END,"
        " closed_at_ms = CASE WHEN ? THEN coalesce(closed_at_ms, ?) END WHERE id = ?",
        *(state, tx.now.at_ms, state, tx.now.at_ms, state in CLOSED, tx.now.at_ms, number),
    )
    _step(tx, number, step, words, user)
    tx.deed(user, role, f"request.{step}", str(found[1]))


def seen(tx: Tx, user: str, role: str) -> None:
    """Somebody reads who asked what: personal data, so it is a deed."""
    tx.deed(user, role, "request.view", "")


def forget_contacts(tx: Tx) -> int:
    """Names, addresses and what was written down of requests that were closed long ago go; how many lost their names.

    The audit log holds numbers of requests alone, so that nothing of it changes.
    """
    long_ago_ms = tx.now.at_ms - KEEP_CONTACT_MS
    tx.run(
        "UPDATE person_request_step SET words = ? WHERE words != ?"
        " AND request IN (SELECT id FROM person_request WHERE closed_at_ms < ?)",
        *(GONE, GONE, long_ago_ms),
    )
    return tx.run(
        "UPDATE person_request SET who = ?, reach = ?, about = ? WHERE closed_at_ms < ? AND who != ?",
        *(GONE, GONE, GONE, long_ago_ms, GONE),
    ).rowcount


def due_counts(connection: sqlite3.Connection, now_ms: int) -> tuple[int, int]:
    """How many wait for their first answer, and how many of them are late."""
    row = connection.execute(
        "SELECT count(*), coalesce(sum(due_ms < ?), 0) FROM person_request WHERE state = 'open'", (now_ms,)
    ).fetchone()
    return int(row[0]), int(row[1])


def _step(tx: Tx, number: str, step: Step, words: str, user: str) -> None:
    at_ms = tx.now.at_ms
    tx.run(
        "INSERT OR REPLACE INTO person_request_step (request, at_ms, kind, words, by_user) VALUES (?, ?, ?, ?, ?)",
        *(number, at_ms, step, words, user),
    )
