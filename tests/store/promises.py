"""What `writes_forever` was promised, looked up in the database that is left."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from edge.store.fsck import problems


def assert_kept(database: Path, promised: Iterable[str]) -> None:
    """All that was promised is there with its event, alerts and deed, each once; and the database is sound."""
    connection = sqlite3.connect(database)
    try:
        assert list(problems(connection, database.parent / "clips")) == []
        incidents = _column(connection, "SELECT id FROM incident")
        reports = _column(connection, "SELECT horn_order || '/' || horn FROM horn_report WHERE outcome = 'PLAYED'")
        assert set(promised) <= {*incidents, *reports}
        assert sorted(_column(connection, "SELECT subject FROM outbox WHERE type = 'incident.opened'")) == incidents
        assert sorted(_column(connection, "SELECT subject FROM outbox WHERE type = 'horn.reported'")) == reports
        alerts = dict(connection.execute("SELECT incident, count(*) FROM alert GROUP BY incident"))
        assert alerts == dict.fromkeys(incidents, 2)
        orders = _column(connection, "SELECT id FROM horn_order")
        assert sorted(_column(connection, "SELECT detail FROM audit WHERE action = 'order.play'")) == orders
    finally:
        connection.close()


def boots(database: Path) -> int:
    """How often this database was opened."""
    connection = sqlite3.connect(database)
    try:
        (boot,) = connection.execute("SELECT value FROM meta WHERE key = 'boot'").fetchone()
        return int(boot)
    finally:
        connection.close()


def _column(connection: sqlite3.Connection, question: str) -> list[str]:
    return sorted(row[0] for row in connection.execute(question))
