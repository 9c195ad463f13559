"""Whose session a browser holds, as the pages ask the database: no secret of an account leaves it here."""

import hashlib
import json
import sqlite3
from collections.abc import Collection

from edge.core.account import Seat, stage_of
from edge.core.policy.rights import Role
from edge.store.reader import Reader

_QUESTION = """
SELECT s.id, s.account, s.until_ms, s.proved, a.login, a.name, a.role, a.cameras, a.must_change,
       a.code_secret IS NOT NULL AS has_code
FROM session s JOIN account a ON a.id = s.account
WHERE s.token = ? AND s.until_ms > ? AND a.active = 1
"""


_OPEN = "SELECT s.id FROM session s JOIN account a ON a.id = s.account WHERE s.until_ms > ? AND a.active = 1"


def open_sessions(connection: sqlite3.Connection, now_ms: int) -> frozenset[str]:
    """The public ids of all log-ins that hold."""
    return frozenset(row[0] for row in connection.execute(_OPEN, (now_ms,)))


def token_hash(token: str) -> str:
    """What is stored of a session's token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def seat_of(reader: Reader, token: str, now_ms: int, demanded: Collection[str]) -> Seat | None:
    """Whose token this is, or None: unknown, over, or of an account that was shut."""
    row = reader.row(_QUESTION, token_hash(token), now_ms)
    if row is None:
        return None
    role = Role(row["role"])
    stage = stage_of(
        role,
        demanded,
        has_code=bool(row["has_code"]),
        must_change=bool(row["must_change"]),
        proved=bool(row["proved"]),
    )
    cameras = None if row["cameras"] is None else frozenset(json.loads(row["cameras"]))
    return Seat(row["account"], row["id"], row["login"], row["name"], role, cameras, stage, row["until_ms"])
