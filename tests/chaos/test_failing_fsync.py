"""A disk whose syncs fail: what was not synced is not promised, and what was promised survives the power cut after it.

After a failed sync Linux may hold pages for clean that never reached the disk. SQLite writes the frames of the next
transaction over those of the one that failed, so no promise stands on such a page; the cuts below would show it.
"""

import asyncio
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from edge.store.fsck import problems
from tests.chaos.disk import Disk

FIU = "fiu-run"
pytestmark = [pytest.mark.root, pytest.mark.skipif(shutil.which(FIU) is None, reason=f"{FIU} is not installed")]

ROOT = Path(__file__).parents[2]
SYNC = "posix/io/sync/*"
EIO = 5
BEGUN_S = 20.0
CUTS = 4


class Box:
    """A process that writes on and on, whose every word is heard, and whose syncs can be made to fail."""

    def __init__(self, process: asyncio.subprocess.Process, control: Path) -> None:
        self.process = process
        self.said: list[tuple[str, str]] = []
        self._control = control

    async def listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            outcome, name = line.decode().split()
            self.said.append((outcome, name))

    def counts(self) -> Counter[str]:
        return Counter(outcome for outcome, _ in self.said)

    def kept(self) -> set[str]:
        return {name for outcome, name in self.said if outcome == "kept"}

    async def until(self, outcome: str, more: int) -> None:
        """Wait for so many more of these."""
        wanted = self.counts()[outcome] + more
        async with asyncio.timeout(BEGUN_S):
            while self.counts()[outcome] < wanted:
                await asyncio.sleep(0.01)

    async def tell(self, command: str) -> None:
        """A command of libfiu's remote control."""
        teller = await asyncio.create_subprocess_exec(
            "fiu-ctrl", "-f", self._control, "-c", command, str(self.process.pid)
        )
        assert await teller.wait() == 0


@asynccontextmanager
async def writing(database: Path, folder: Path) -> AsyncIterator[Box]:
    control = folder / "fiu"
    command = (sys.executable, "-m", "tests.chaos.writes_on_and_on", database)
    process = await asyncio.create_subprocess_exec(
        FIU, "-x", "-f", control, *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    box = Box(process, control)
    listening = asyncio.create_task(box.listen())
    try:
        await box.until("kept", 10)
        yield box
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await listening


def incidents(database: Path) -> set[str]:
    """What a sound database holds."""
    with closing(sqlite3.connect(database)) as connection:
        assert list(problems(connection, database.parent / "clips")) == []
        return {name for (name,) in connection.execute("SELECT id FROM incident")}


async def test_nothing_is_promised_while_syncs_fail_and_the_store_goes_on_by_itself_afterwards(
    disk: Disk, tmp_path: Path
) -> None:
    database = disk.root / "molang.db"
    async with writing(database, tmp_path) as box:
        await box.tell(f"enable name={SYNC},failinfo={EIO}")
        await box.until("refused", 20)  # those that were on their way have their answer by now
        promised = box.counts()["kept"]
        await box.until("refused", 100)
        assert box.counts()["kept"] == promised
        await box.tell(f"disable name={SYNC}")
        await box.until("kept", 100)
        box.process.kill()
        disk.cut_power()
    disk.restart()
    assert box.kept() <= incidents(database)


async def test_what_was_promised_between_failing_syncs_survives_power_cuts(disk: Disk, tmp_path: Path) -> None:
    database = disk.root / "molang.db"
    kept: set[str] = set()
    for cut in range(CUTS):
        async with writing(database, tmp_path) as box:
            await box.tell(f"enable_random name={SYNC},probability=0.3,failinfo={EIO}")
            await box.until("refused", 20)
            await box.until("kept", 20)
            await asyncio.sleep(0.1 * cut)
            box.process.kill()
            disk.cut_power()
        disk.restart()
        kept |= box.kept()
        assert kept <= incidents(database)
    assert len(kept) > 20 * CUTS
