"""Who did what, in a chain of hashes: a changed or missing line breaks every later one."""

import hashlib
import json
import sqlite3
from dataclasses import dataclass

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Deed:
    """One act of one person. ``detail`` holds no secret and no phone number."""

    at_ms: int
    user: str
    role: str
    action: str
    detail: str


def add_deed(connection: sqlite3.Connection, deed: Deed) -> None:
    """Append to the chain; part of the transaction of the deed itself."""
    row = connection.execute("SELECT chain FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    chain = link(row[0] if row else GENESIS, deed)
    connection.execute(
        "INSERT INTO audit (at_ms, user, role, action, detail, chain) VALUES (?, ?, ?, ?, ?, ?)",
        (deed.at_ms, deed.user, deed.role, deed.action, deed.detail, chain),
    )


def first_broken(connection: sqlite3.Connection) -> int | None:
    """The first line that does not fit the chain, or None when all do.

    SQLite's own counter of the table tells when lines are missing at the end.
    """
    chain = GENESIS
    expected = 1
    for seq, *fields, written in connection.execute(
        "SELECT seq, at_ms, user, role, action, detail, chain FROM audit ORDER BY seq"
    ):
        chain = link(chain, Deed(*fields))
        if seq != expected or chain != written:
            return int(seq)
        expected += 1
    counter = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
    return expected if counter and counter[0] >= expected else None


def link(previous: str, deed: Deed) -> str:
    """The chain value of a line after the line with ``previous``."""
    line = json.dumps([previous, deed.at_ms, deed.user, deed.role, deed.action, deed.detail], ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()
