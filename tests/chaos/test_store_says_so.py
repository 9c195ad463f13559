"""A disk that takes nothing is told on the wall, whatever the reason, and so is that it works again."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from edge.core.errors import TransientError
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.live.board import Board
from edge.store import watch
from edge.store.fsck import problems
from edge.store.journal import Journal
from edge.store.watch import NAME, StoreWatch
from hil.loop_disk import run
from tests.chaos.disk import Disk
from tests.hub.province import Province
from tests.store.village import intrusion
from tests.sync.box import started

pytestmark = [pytest.mark.root, pytest.mark.parametrize("disk", [16], indirect=True, ids=["16 MB"])]

TOLD_S = 10.0


class Wall:
    """The row of the store among the services of the wall."""

    def __init__(self, board: Board) -> None:
        self._board = board

    async def says(self, state: str) -> str:
        """Wait for this state; its sentence."""
        async with asyncio.timeout(TOLD_S):
            while True:
                for row in self._board.service_rows():
                    if row["name"] == NAME and row["state"] == state:
                        return str(row["detail"])
                await asyncio.sleep(0.02)


@asynccontextmanager
async def watched(journal: Journal) -> AsyncIterator[Wall]:
    bus = Bus()
    board = Board(bus, SystemClock())
    tasks = [asyncio.create_task(board.watch_services())]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(StoreWatch(journal, bus).run()))
    try:
        yield Wall(board)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def write_until_refused(journal: Journal) -> list[str]:
    """The names that were promised before the first refusal."""
    kept: list[str] = []
    for number in range(5000):
        try:
            await journal.record(intrusion(f"9-{number}"))
        except TransientError:
            return kept
        kept.append(f"9-{number}")
    raise AssertionError("the disk takes everything")


def incidents(database: Path) -> set[str]:
    """What a sound database holds."""
    with closing(sqlite3.connect(database)) as connection:
        assert list(problems(connection, database.parent / "clips")) == []
        return {name for (name,) in connection.execute("SELECT id FROM incident")}


async def test_a_full_disk_is_told_and_room_is_told_too(disk: Disk) -> None:
    journal = await Journal.open(disk.root / "molang.db", SystemClock())
    async with watched(journal) as wall:
        assert await wall.says("up") == ""
        disk.fill()
        kept = await write_until_refused(journal)
        assert "Không ghi được vào đĩa" in await wall.says("down")
        disk.free()
        await wall.says("up")
        await journal.record(intrusion("after"))
    journal.close()
    assert incidents(disk.root / "molang.db") == {*kept, "after"}


async def test_a_disk_that_turned_read_only_is_told_although_nobody_writes_and_loses_nothing(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "TRY_IDLE_S", 0.2)
    journal = await Journal.open(disk.root / "molang.db", SystemClock())
    await journal.record(intrusion("before"))
    async with watched(journal) as wall:
        await wall.says("up")
        disk.fail()
        assert "Không ghi được vào đĩa" in await wall.says("down")
        with pytest.raises(TransientError):
            await journal.record(intrusion("refused"))
    journal.close()
    disk.restart()
    journal = await Journal.open(disk.root / "molang.db", SystemClock())
    async with watched(journal) as wall:
        await wall.says("up")
        await journal.record(intrusion("after"))
    journal.close()
    assert incidents(disk.root / "molang.db") == {"before", "after"}


async def test_a_box_does_not_start_on_a_read_only_disk_and_says_why_and_starts_when_it_can_write(disk: Disk) -> None:
    database = disk.root / "molang.db"
    (await Journal.open(database, SystemClock())).close()
    run("mount -o remount,ro", str(disk.root))
    with pytest.raises(TransientError, match="Không mở được cơ sở dữ liệu"):
        await Journal.open(database, SystemClock())
    run("mount -o remount,rw", str(disk.root))
    journal = await Journal.open(database, SystemClock())
    await journal.record(intrusion("after"))
    journal.close()
    assert incidents(database) == {"after"}


async def test_what_the_province_confirmed_while_the_disk_was_dead_is_not_told_twice(
    disk: Disk, province: Province
) -> None:
    """The box cannot note the answer down, so it asks again later; the province keeps one."""
    async with province.running() as doors:
        async with started(disk.root, province.settings(doors.boxes)) as box:
            await box.tell(0, range(5))
            await box.until_drained()
            disk.fail()
            with pytest.raises(TransientError):
                await box.tell(0, ["refused"])
            await asyncio.sleep(1.0)
        disk.restart()
        async with started(disk.root, province.settings(doors.boxes)) as box:
            await box.tell(1, range(5, 10))
            await box.until_drained()
        arrived = await province.events(doors.boxes)
    assert [one["subject"] for one in arrived] == [str(number) for number in range(10)]
