"""A box that was last updated long ago opens its database, and nothing in it is lost."""

import sqlite3
from pathlib import Path

import pytest

from edge.store.fsck import problems
from edge.store.schema import newest_version, numbered_migrations
from tests.store.village import intrusion, keep_sound, open_journal

OLD = sorted((Path(__file__).parents[1] / "old_databases").glob("*.sql"))


def restored(dump: Path, folder: Path) -> Path:
    path = folder / "molang.db"
    connection = sqlite3.connect(path)
    connection.executescript(dump.read_text())
    connection.close()
    keep_sound(folder / "clips")
    return path


def rows(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    names = [name for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]  # fmt: skip
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def schema(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    return {" ".join(row[0].split()).replace('"', "") for row in rows}


def test_there_is_an_old_database_of_every_schema() -> None:
    assert [int(dump.stem) for dump in OLD] == [number for number, _ in numbered_migrations()]


@pytest.mark.parametrize("dump", OLD, ids=lambda dump: dump.stem)
async def test_an_old_database_opens_and_keeps_every_row(dump: Path, tmp_path: Path) -> None:
    path = restored(dump, tmp_path)
    before = rows(path)
    assert all(before.values()), "an old database has a row in every table"
    journal = await open_journal(path)
    await journal.record(intrusion("2-900"))
    journal.close()
    after = rows(path)
    assert after["incident"] == before["incident"] + 1
    grown = {"incident", "incident_story", "outbox", "alert", "ladder"}
    assert {name: after[name] for name in before.keys() - grown} == {
        name: before[name] for name in before.keys() - grown
    }
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (newest_version(),)
    assert list(problems(connection, tmp_path / "clips")) == []
    connection.close()


@pytest.mark.parametrize("dump", OLD, ids=lambda dump: dump.stem)
async def test_an_old_database_ends_with_the_schema_of_a_new_one(dump: Path, tmp_path: Path) -> None:
    path = restored(dump, tmp_path)
    for each in (path, tmp_path / "fresh.db"):
        (await open_journal(each)).close()
    assert schema(path) == schema(tmp_path / "fresh.db")
