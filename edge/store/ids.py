"""Ids from a persisted boot counter and a sequence, never from the wall clock (law 7)."""

import itertools
import sqlite3


def next_boot(connection: sqlite3.Connection) -> int:
    """Count this start and return its number."""
    boot = int(get_meta(connection, "boot", "0")) + 1
    put_meta(connection, "boot", str(boot))
    return boot


def get_meta(connection: sqlite3.Connection, key: str, default: str) -> str:
    """A kept value, or the default."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else default


def put_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Keep a value."""
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))


class Ids:
    """Makes ids that no other start of this box ever made: ``<boot>-<n>``."""

    def __init__(self, boot: int) -> None:
        self.boot = boot
        self._count = itertools.count(1)

    def next(self) -> str:
        """A new id."""
        return f"{self.boot}-{next(self._count)}"


def next_order_seq(connection: sqlite3.Connection) -> int:
    """The next number of the one sequence of orders; part of the order's own transaction."""
    seq = int(get_meta(connection, "order_seq", "0")) + 1
    put_meta(connection, "order_seq", str(seq))
    return seq


def newest_order_seq(connection: sqlite3.Connection) -> int:
    """The number that was given out last."""
    return int(get_meta(connection, "order_seq", "0"))
