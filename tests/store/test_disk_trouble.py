"""What the store does while the disk does not take anything: another connection holds the one write lock."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from edge.core.errors import TransientError
from edge.store import schema
from edge.store.orders import add_order, close_report
from tests.store.village import open_journal, order, report


@contextmanager
def disk_refuses(path: Path) -> Iterator[None]:
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        blocker.execute("ROLLBACK")
        blocker.close()


async def test_what_has_happened_is_written_down_once_the_disk_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(schema, "BUSY_MS", 50)
    journal = await open_journal(tmp_path / "molang.db")
    await journal.record(lambda tx: add_order(tx, order("1-1"), ["loa-dong"]))
    with disk_refuses(tmp_path / "molang.db"):
        writing = asyncio.create_task(journal.record_surely(lambda tx: close_report(tx, report("1-1", "loa-dong"))))
        await asyncio.sleep(1.5)
        assert not writing.done()
    async with asyncio.timeout(5):
        assert await writing
    assert [record.getMessage()[:20] for record in caplog.records].count("not written down yet") == 1
    journal.close()


async def test_what_happened_first_is_written_first_when_the_disk_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "BUSY_MS", 50)
    journal = await open_journal(tmp_path / "molang.db")
    with disk_refuses(tmp_path / "molang.db"):
        writing = []
        for number in range(1, 9):
            writing.append(
                asyncio.create_task(journal.record_surely(partial(add_order, order=order(f"1-{number}"), horns=())))
            )
            await asyncio.sleep(0.2)
    async with asyncio.timeout(5):
        await asyncio.gather(*writing)
    stored = await journal.record(lambda tx: tx.run("SELECT id FROM horn_order ORDER BY rowid").fetchall())
    assert [name for (name,) in stored] == [f"1-{number}" for number in range(1, 9)]
    journal.close()


async def test_a_store_that_cannot_count_its_start_lets_go_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "BUSY_MS", 50)
    database = tmp_path / "molang.db"
    (await open_journal(database)).close()
    before = threading.enumerate()
    with disk_refuses(database), pytest.raises(TransientError):
        await open_journal(database)
    left = [thread for thread in threading.enumerate() if thread not in before]
    assert not [thread for thread in left if thread.name == "store-writer"]
