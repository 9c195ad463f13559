"""Reading the database beside the writer.

Opened read-write with ``query_only``: a read-only open of a WAL database fails after a clean stop or when the -shm
file is missing.
"""

import sqlite3
from pathlib import Path
from typing import Any

from edge.core.errors import TransientError
from edge.store.schema import BUSY_MS


class Reader:
    """One connection for questions; rows come back as dictionaries."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise TransientError(f"Chưa có cơ sở dữ liệu ở {path}.")
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        self.connection.execute("PRAGMA query_only=ON")
        self.connection.row_factory = sqlite3.Row

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """All rows of a question."""
        return [dict(row) for row in self.connection.execute(sql, values)]

    def row(self, sql: str, *values: object) -> dict[str, Any] | None:
        """The first row, or None."""
        found = self.connection.execute(sql, values).fetchone()
        return dict(found) if found else None

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()
