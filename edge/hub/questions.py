"""What people of the province ask: plain questions to the database, beside its writer."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BUSY_MS = 5_000
MAX_ROWS = 1_000
NEWEST_ALARMS = 50


class Questions:
    """Opens the database for each question, so that any thread may ask. ``source`` None means all boxes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def boxes(self, source: str | None = None) -> list[dict[str, Any]]:
        """Totals of each box; ``missing`` counts seq numbers below the highest that never came (dead letters too)."""
        return self._rows(
            "SELECT source, first_seen_ms, last_seen_ms, batches, events, duplicates, rejected, max_seq,"
            " max_seq - (SELECT count(DISTINCT seq) FROM event e WHERE e.source = box.source) AS missing"
            " FROM box WHERE ?1 IS NULL OR source = ?1 ORDER BY source",
            source,
        )

    def counts(self, source: str | None = None) -> list[dict[str, Any]]:
        """How many events of each type each box has sent."""
        return self._rows(
            "SELECT source, type, count(*) AS n FROM event WHERE ?1 IS NULL OR source = ?1"
            " GROUP BY source, type ORDER BY source, type",
            source,
        )

    def alarms(self, source: str | None = None) -> list[dict[str, Any]]:
        """The newest events of the alarm lane."""
        return _with_data(
            self._rows(
                "SELECT source, id, type, subject, at_ms, clock, data, received_ms FROM event WHERE lane = 0"
                " AND (?1 IS NULL OR source = ?1) ORDER BY arrival DESC LIMIT ?2",
                source,
                NEWEST_ALARMS,
            )
        )

    def events(self, source: str | None, after: int, limit: int) -> list[dict[str, Any]]:
        """Events in the order of their arrival, from the one behind ``after``."""
        return _with_data(
            self._rows(
                "SELECT * FROM event WHERE arrival > ?1 AND (?2 IS NULL OR source = ?2) ORDER BY arrival LIMIT ?3",
                after,
                source,
                min(limit, MAX_ROWS),
            )
        )

    def _rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        with self._opened() as connection:
            return [dict(row) for row in connection.execute(sql, values)]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            connection.execute("PRAGMA query_only=ON")
            connection.row_factory = sqlite3.Row
            yield connection
        finally:
            connection.close()


def _with_data(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"data": json.loads(row["data"])} for row in rows]
