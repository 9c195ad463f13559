"""Keeps a database of today's schema for the tests of tomorrow: ``python -m tests.store.keep_old``."""

import asyncio
import sqlite3
import sys
import tempfile
from pathlib import Path

from edge.store.schema import newest_version
from tests.store.village import open_journal
from tests.store.whole_village import fill_all

FOLDER = Path(__file__).parents[1] / "old_databases"
HEAD = """\
-- A database of schema {version} with at least one row in every table, as sqlite3's iterdump wrote it.
-- Once a version with this schema has been released it is never made again: it stands for the boxes out there.
"""


def main() -> None:
    version = newest_version()
    path = FOLDER / f"{version:04}.sql"
    if path.exists():
        sys.exit(f"{path} is there; it is only made again while its schema has never been released: delete it first")
    with tempfile.TemporaryDirectory() as folder:
        path.write_text(
            f"{HEAD.format(version=version)}{asyncio.run(dump(Path(folder)))}PRAGMA user_version={version};\n"
        )


async def dump(folder: Path) -> str:
    journal = await open_journal(folder / "molang.db")
    await fill_all(journal, folder / "clips")
    journal.close()
    return "".join(f"{line}\n" for line in sqlite3.connect(folder / "molang.db").iterdump())


if __name__ == "__main__":
    main()
