"""A program of the schema before can go on with a database that an update has brought further."""

import re
import sqlite3
from pathlib import Path

import pytest

from edge.core.errors import MisconfiguredError
from edge.store.schema import migrate, newest_version, numbered_migrations, open_writer

FIRST_PROMISE = 6
DEMANDS = re.compile(r"\b(DROP|RENAME|CREATE TRIGGER|CREATE UNIQUE INDEX)\b|ADD COLUMN (?!.*DEFAULT)\S+ \S+ NOT NULL")


def with_next(folder: Path, sql: str) -> Path:
    """Today's migrations and one more."""
    for _, path in numbered_migrations():
        (folder / path.name).write_text(path.read_text())
    (folder / f"{newest_version() + 1:04}_next.sql").write_text(sql)
    return folder


def updated(folder: Path, sql: str) -> Path:
    migrations = folder / "migrations"
    migrations.mkdir()
    open_writer(folder / "a.db", with_next(migrations, sql)).close()
    return folder / "a.db"


def test_a_rolled_back_program_goes_on_with_a_database_that_only_grew(tmp_path: Path) -> None:
    sql = f"CREATE TABLE later (a TEXT) STRICT;\nUPDATE runs_from SET schema = {newest_version()};"
    path = updated(tmp_path, sql)
    connection = open_writer(path)
    connection.execute("INSERT INTO meta VALUES ('still', 'here')")
    assert connection.execute("PRAGMA user_version").fetchone() == (newest_version() + 1,)
    connection.close()


def test_a_program_refuses_a_database_that_has_left_it_behind(tmp_path: Path) -> None:
    path = updated(tmp_path, f"DROP TABLE outbox;\nUPDATE runs_from SET schema = {newest_version() + 1};")
    with pytest.raises(MisconfiguredError, match="mới hơn"):
        migrate(sqlite3.connect(path))


@pytest.mark.parametrize("path", [path for number, path in numbered_migrations() if number >= FIRST_PROMISE])
def test_every_migration_says_who_can_still_work_with_it_and_one_that_takes_away_leaves_them_behind(path: Path) -> None:
    sql = path.read_text()
    promised = re.findall(r"(?:UPDATE runs_from SET schema = |INSERT INTO runs_from VALUES \()(\d+)", sql)
    assert len(promised) == 1
    number = int(path.name[:4])
    if DEMANDS.search(sql):
        assert int(promised[0]) == number, "whatever takes away or demands more ends what older programs can do"
    else:
        assert int(promised[0]) <= number
