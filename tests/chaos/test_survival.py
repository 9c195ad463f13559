"""The survival drill in seconds, and whether it would see a loss: a drill that finds nothing may be blind."""

import json
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from edge.kernel.clock import SystemClock
from edge.store.journal import Journal
from edge.store.outbox import mark_dead
from edge.store.schema import open_writer
from hil.prove.province.survival.judge import Box, Tally, unexplained_gaps
from hil.prove.province.survival.line import survival
from hil.prove.province.survival.load import story
from hil.prove.province.survival.wal import TEARS, Copy, copy_of, half_checkpointed
from tests.chaos.disk import Disk

SOURCE = "/xa/dong-son/box/1"


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    yield journal
    journal.close()


async def lived(journal: Journal, name: str) -> set[str]:
    """One story of a commune; all that was promised."""
    promised = set()
    for promise, work in story(name):
        await journal.record(work)
        promised.add(promise)
    return promised


def box(*at_hub: dict[str, Any]) -> Box:
    """A box of which the province holds these."""
    said = list(at_hub)

    def events(_: str, after: int) -> list[dict[str, Any]]:
        return [event for event in said if event["arrival"] > after]

    return Box(SOURCE, events)


def told(database: Path) -> list[dict[str, Any]]:
    """The outbox as a faultless hub gives it out."""
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("SELECT *, seq AS arrival, 1 AS deliveries FROM outbox")]
    return [row | {"type": f"vn.molang.{row['type']}.v1", "data": json.loads(row["data"])} for row in rows]


def found(judged: Box, database: Path, *, complete: bool = False) -> dict[str, int]:
    tally = Tally()
    judged.judge(database, tally, complete=complete)
    return dict(tally.wrong)


def test_a_box_survives_kills_and_torn_logs_under_load() -> None:
    link = survival(cuts=0, kills=5, torn_logs=6, console=Console(quiet=True))
    assert link.ok, link
    assert (link.figures["kills"], link.figures["torn_wals"], link.figures["acked_lost"]) == (5, 6, 0)
    assert int(str(link.figures["events_at_hub"])) > 50


@pytest.mark.root
def test_a_box_survives_power_cuts_under_load(disk: Disk) -> None:
    link = survival(cuts=4, kills=0, torn_logs=0, console=Console(quiet=True))
    assert link.ok, link
    assert link.figures["power_cuts"] == 4


@pytest.mark.root
def test_a_store_that_does_not_sync_loses_rows_when_power_is_cut(disk: Disk) -> None:
    with closing(sqlite3.connect(disk.root / "a.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("CREATE TABLE a (n INTEGER)")
        for number in range(200):
            connection.execute("INSERT INTO a VALUES (?)", (number,))
        disk.cut_power()
    disk.restart()
    with closing(sqlite3.connect(disk.root / "a.db")) as connection:
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        assert tables == 0 or connection.execute("SELECT count(*) FROM a").fetchone()[0] < 200


async def test_a_faultless_box_is_found_faultless(journal: Journal, tmp_path: Path) -> None:
    promised = await lived(journal, "1-1") | await lived(journal, "1-2")
    judged = box(*told(tmp_path / "molang.db"))
    judged.promised |= promised
    assert found(judged, tmp_path / "molang.db", complete=True) == {}


async def test_a_lost_row_is_seen(journal: Journal, tmp_path: Path) -> None:
    judged = box()
    judged.promised |= await lived(journal, "1-1")
    await journal.record(lambda tx: tx.run("DELETE FROM outbox WHERE type = 'reading.taken'"))
    assert found(judged, tmp_path / "molang.db") == {"acked_lost": 1}


async def test_a_deed_that_was_taken_out_is_seen(journal: Journal, tmp_path: Path) -> None:
    judged = box()
    judged.promised |= await lived(journal, "1-1") | await lived(journal, "1-2")
    await journal.record(lambda tx: tx.run("DELETE FROM audit WHERE detail = '1-1'"))
    assert found(judged, tmp_path / "molang.db") == {"corrupt": 1, "acked_lost": 1}


async def test_what_the_province_has_wrong_is_seen(journal: Journal, tmp_path: Path) -> None:
    await lived(journal, "1-1")
    good = told(tmp_path / "molang.db")
    ahead = [event | {"arrival": event["arrival"] + 10} for event in good if event["lane"] == 1]
    for name, events in {
        "hub_twice": [*good, good[-1] | {"arrival": 99, "seq": 99}],
        "hub_order": [*(event for event in good if event["lane"] != 1), ahead[0] | {"arrival": 90}, ahead[1]],
        "hub_only": [*good, good[-1] | {"arrival": 99, "seq": 99, "id": "9-9"}],
        "hub_other_content": [*good[:-1], good[-1] | {"subject": "khác"}],
        "hub_missing": good[:-1],
    }.items():
        judged = box(*sorted(events, key=lambda event: int(event["arrival"])))
        assert name in found(judged, tmp_path / "molang.db", complete=True), name


async def test_a_number_that_never_arrived_is_explained_by_a_dead_letter_alone(
    journal: Journal, tmp_path: Path
) -> None:
    await lived(journal, "1-1")
    arrived = [event["seq"] for event in told(tmp_path / "molang.db")]
    with closing(sqlite3.connect(tmp_path / "molang.db")) as connection:
        assert unexplained_gaps(connection, arrived[:-1]) == {arrived[-1]}
        last = told(tmp_path / "molang.db")[-1]
        await journal.with_connection(lambda writer: mark_dead(writer, [(last["id"], "hỏng")]))
        word = [event["seq"] for event in told(tmp_path / "molang.db") if event["seq"] > last["seq"]]
        assert unexplained_gaps(connection, arrived[:-1] + word) == set()


async def test_a_tear_takes_nothing_that_was_synced(journal: Journal, tmp_path: Path) -> None:
    promised = await lived(journal, "1-1")
    first = copy_of(tmp_path / "molang.db")
    more = await lived(journal, "1-2")
    later = copy_of(tmp_path / "molang.db")
    chance = random.Random(1)
    for number, tear in enumerate(TEARS * 5):
        wal = tear(first, later, chance)
        assert wal[: first.durable_bytes] == first.wal[: first.durable_bytes]
        database = half_checkpointed(first, chance) if number % 2 else first.database
        assert kept_in(tmp_path / f"torn-{number}", database, wal, promised) == {}
    cut = Copy(first.database, first.wal[: first.durable_bytes - 1], first.index)
    assert "acked_lost" in kept_in(tmp_path / "too-short", cut.database, cut.wal, promised)
    assert "acked_lost" in kept_in(tmp_path / "older", first.database, first.wal, promised | more)


def kept_in(folder: Path, database: bytes, wal: bytes, promised: set[str]) -> dict[str, int]:
    folder.mkdir()
    (folder / "molang.db").write_bytes(database)
    (folder / "molang.db-wal").write_bytes(wal)
    judged = box()
    judged.promised |= promised
    return found(judged, folder / "molang.db")


async def test_a_page_that_is_garbled_is_seen(journal: Journal, tmp_path: Path) -> None:
    for number in range(30):
        await lived(journal, f"1-{number + 1}")
    journal.close()
    with closing(open_writer(tmp_path / "molang.db")) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'outbox'").fetchone()
    with (tmp_path / "molang.db").open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(random.Random(2).randbytes(4096))
    assert "corrupt" in found(box(), tmp_path / "molang.db")
