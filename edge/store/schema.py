"""Opening the database and bringing it to the newest schema, one numbered file at a time."""

import re
import sqlite3
from pathlib import Path

from edge.core.errors import MisconfiguredError, TransientError

MIGRATIONS = Path(__file__).parent / "migrations"
_NUMBERED = re.compile(r"^(\d{4})_\w+\.sql$")
BUSY_MS = 5_000
MAX_DATABASE_BYTES = 4 * 1024**3
"""On a full disk SQLite cannot even delete, so the database stops growing before the disk is full."""


def open_writer(path: Path, migrations: Path = MIGRATIONS) -> sqlite3.Connection:
    """The one writing connection: WAL, synchronous FULL, the newest schema of that folder.

    Raises TransientError, with the file closed again, when the disk takes nothing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        _set_up(connection)
        migrate(connection, migrations)
    except sqlite3.OperationalError as cause:
        connection.close()
        raise TransientError(f"Không mở được cơ sở dữ liệu {path}: {cause}.") from cause
    except MisconfiguredError:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")
    (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
    connection.execute(f"PRAGMA max_page_count={MAX_DATABASE_BYTES // page_bytes}")


def migrate(connection: sqlite3.Connection, migrations: Path = MIGRATIONS) -> None:
    """Run every migration newer than the database, each in its own transaction.

    A newer database is left as it is when it says that this program can still work with it (table ``runs_from``): after
    an update that is rolled back the box goes on with what it has. Raises MisconfiguredError otherwise.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    steps = numbered_migrations(migrations)
    newest = newest_version(migrations)
    if not may_run_on(connection, newest):
        raise MisconfiguredError(f"Cơ sở dữ liệu phiên bản {version} mới hơn chương trình ({newest}).")
    for number, path in steps:
        if number > version:
            connection.executescript(f"BEGIN IMMEDIATE;\n{path.read_text()}\nPRAGMA user_version={number};\nCOMMIT;")


def may_run_on(connection: sqlite3.Connection, newest: int) -> bool:
    """Whether a program of schema ``newest`` can work with this database, as it is or after its migrations."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version <= newest:
        return True
    try:
        (oldest,) = connection.execute("SELECT schema FROM runs_from").fetchone()
    except (sqlite3.OperationalError, TypeError):  # no such table, or no row: nobody promised anything
        return False
    return int(oldest) <= newest


def numbered_migrations(folder: Path = MIGRATIONS) -> list[tuple[int, Path]]:
    """All migration files in order."""
    found = [(int(match[1]), path) for path in folder.iterdir() if (match := _NUMBERED.match(path.name))]
    return sorted(found)


def newest_version(folder: Path = MIGRATIONS) -> int:
    """The version of the schema after the last migration."""
    return numbered_migrations(folder)[-1][0]
