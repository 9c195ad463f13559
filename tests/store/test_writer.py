import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.core.errors import FinalError, TransientError
from edge.store.audit import Deed, add_deed, first_broken
from edge.store.ids import next_boot
from edge.store.writer import Writer


def insert(key: str) -> Callable[[sqlite3.Connection], None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO meta (key, value) VALUES (?, 'x')", (key,))

    return work


async def test_what_was_awaited_is_in_the_file_after_the_writer_is_gone(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    await asyncio.gather(*(writer.write(insert(f"k{n}")) for n in range(300)))
    writer.close()
    (count,) = sqlite3.connect(tmp_path / "a.db").execute("SELECT count(*) FROM meta").fetchone()
    assert count == 300


async def test_a_job_that_fails_is_rolled_back_alone(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    results = await asyncio.gather(
        writer.write(insert("a")),
        writer.write(insert("a")),
        writer.write(insert("b")),
        return_exceptions=True,
    )
    writer.close()
    assert [type(result) for result in results] == [type(None), FinalError, type(None)]
    (count,) = sqlite3.connect(tmp_path / "a.db").execute("SELECT count(*) FROM meta").fetchone()
    assert count == 2


async def test_every_start_counts_one_boot(tmp_path: Path) -> None:
    for expected in (1, 2, 3):
        writer = Writer(tmp_path / "a.db")
        assert await writer.write(next_boot) == expected
        writer.close()


async def test_a_changed_audit_line_is_found(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    for n in range(5):
        await writer.write(lambda c, n=n: add_deed(c, Deed(n, "lan", "duty", "take", str(n))))  # type: ignore[misc]
    writer.close()
    connection = sqlite3.connect(tmp_path / "a.db")
    assert first_broken(connection) is None
    connection.execute("UPDATE audit SET detail = 'khác' WHERE seq = 3")
    assert first_broken(connection) == 3


async def test_a_deleted_last_but_one_audit_line_is_found(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    for n in range(3):
        await writer.write(lambda c, n=n: add_deed(c, Deed(n, "lan", "duty", "take", str(n))))  # type: ignore[misc]
    writer.close()
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("DELETE FROM audit WHERE seq = 2")
    assert first_broken(connection) == 3


async def test_a_database_from_the_future_stops_the_start(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "a.db").execute("PRAGMA user_version = 99")
    with pytest.raises(Exception, match="mới hơn"):
        Writer(tmp_path / "a.db")


async def test_a_bug_in_one_transaction_does_not_end_the_thread_that_writes_for_all(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    too_large = writer.write(lambda c: c.execute("INSERT INTO meta VALUES ('n', ?)", (2**70,)))
    unknown = writer.write(lambda c: c.execute("INSERT INTO meta VALUES ('o', ?)", (object(),)))
    no_such = writer.write(lambda c: c.such_method())  # type: ignore[attr-defined]
    good = writer.write(lambda c: c.execute("INSERT INTO meta VALUES ('good', '1')").rowcount)
    results = await asyncio.gather(too_large, unknown, no_such, good, return_exceptions=True)
    assert [type(result) for result in results] == [OverflowError, FinalError, AttributeError, int]
    assert writer.alive
    writer.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_when_the_thread_ends_everybody_who_waits_is_told(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")

    def end(_: sqlite3.Connection) -> None:
        raise SystemExit

    def slow(_: sqlite3.Connection) -> None:
        time.sleep(0.2)

    jobs = [asyncio.create_task(writer.write(work)) for work in (slow, end, slow, slow)]
    async with asyncio.timeout(3):
        results = await asyncio.gather(*jobs, return_exceptions=True)
    assert all(isinstance(result, TransientError) for result in results[1:])
    assert not writer.alive
    with pytest.raises(TransientError):
        await writer.write(slow)
    writer.close()
