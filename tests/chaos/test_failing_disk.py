"""A box whose disk takes no write: STOP still silences every horn, nothing new sounds, and nothing wakes up later."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from edge.core.errors import TransientError
from edge.store.fsck import problems
from tests.chaos.disk import Disk
from tests.scenarios.village import HAVE_BROKER, NO_BROKER, Village, until
from tests.store.village import intrusion

pytestmark = [pytest.mark.root, pytest.mark.skipif(not HAVE_BROKER, reason=NO_BROKER)]

SILENT_S = 2.0
"""What a loaded machine may need; ``./run demo --once`` holds it to half a second."""
WRITTEN_S = 20.0
LONG_S = 30.0
Broken = Callable[[Disk, Village], Awaitable[None]]


async def fill(disk: Disk, village: Village) -> None:
    """Not one free byte, in the write-ahead log neither."""
    disk.fill()
    for number in range(2000):
        try:
            await village.journal.record(intrusion(f"9-{number}"))
        except TransientError:
            return


async def fail(disk: Disk, village: Village) -> None:
    disk.fail()


FAULTS: dict[str, Broken] = {"full": fill, "read-only": fail}


@pytest.fixture
async def village(disk: Disk, tmp_path: Path) -> AsyncIterator[Village]:
    """A village whose box has all its data on the disk."""
    folder, data = tmp_path / "village", disk.root / "box"
    folder.mkdir()
    data.mkdir()
    (folder / "box").symlink_to(data)
    village = Village(folder)
    village.studio.seconds = {"dài": LONG_S}
    async with village.broker_runs(), village.relay_runs():
        yield village
    await village.close()


@pytest.mark.parametrize("fault", FAULTS)
async def test_stop_silences_every_horn_and_says_that_it_is_not_written(
    disk: Disk, village: Village, fault: str
) -> None:
    async with village.box_runs():
        await sounding(village)
        await FAULTS[fault](disk, village)
        pressed = time.monotonic()
        with pytest.raises(TransientError, match="đĩa chưa ghi được"):
            await village.stop()
        await until(lambda: all_off(village))
        assert all(spot.last_sound() - pressed < SILENT_S for spot in village.spots.values())
    disk.restart()
    if fault == "full":
        disk.free()
    with closing(sqlite3.connect(village.database)) as connection:
        assert list(problems(connection, village.box / "clips")) == []
    quiet_since = time.monotonic()
    async with village.box_runs():
        await village.horns_up()
        await asyncio.sleep(3)
    assert all(spot.last_sound() < quiet_since for spot in village.spots.values())


async def test_a_stop_is_written_once_when_there_is_room_again_and_what_waited_stays_silent(
    disk: Disk, village: Village
) -> None:
    async with village.box_runs():
        name = await sounding(village)
        waiting = await village.approved("Bản tin dài thứ hai.")
        assert await village.air(waiting) == "queued"
        await fill(disk, village)
        with pytest.raises(TransientError):
            await village.stop()
        await until(lambda: all_off(village))
        disk.free()
        freed = time.monotonic()
        async with asyncio.timeout(WRITTEN_S):
            while await village.rows("SELECT count(*) FROM horn_order WHERE op = 'stop'") != [(1,)]:
                await asyncio.sleep(0.1)
        await asyncio.sleep(3)
        assert all(spot.last_sound() < freed for spot in village.spots.values())
        assert await village.rows("SELECT count(*) FROM horn_report WHERE outcome IS NULL") == [(0,)]
        assert await village.rows("SELECT user, count(*) FROM audit WHERE action = 'horns.stop'") == [("lan", 1)]
        assert [await village.state(name), await village.state(waiting)] == ["stopped", "stopped"]


async def test_a_notice_that_cannot_be_written_down_is_not_aired(disk: Disk, village: Village) -> None:
    async with village.box_runs():
        await village.horns_up()
        name = await village.approved("Bản tin dài.")
        await fill(disk, village)
        with pytest.raises(TransientError, match="Không ghi được vào đĩa"):
            await village.air(name)
        await asyncio.sleep(1)
        assert not any(spot.card.heard for spot in village.spots.values())
        disk.free()
        await village.air(name)
        await village.heard()


async def sounding(village: Village) -> str:
    """A long notice that sounds on every horn now."""
    await village.horns_up()
    name = await village.approved("Bản tin dài.")
    await village.air(name)
    await village.heard()
    return name


def all_off(village: Village) -> bool:
    return not any(spot.board.coil_on(1) for spot in village.spots.values())
