"""A box whose disk is full when it starts: what was held back lets it start, and speak."""

import pytest

from edge.core.errors import TransientError
from edge.kernel.clock import SystemClock
from edge.store.ballast import BALLAST_BYTES, NAME, open_journal
from edge.store.journal import Journal
from tests.chaos.disk import Disk
from tests.store.village import intrusion

pytestmark = [pytest.mark.root, pytest.mark.parametrize("disk", [96], indirect=True, ids=["96 MB"])]


async def test_a_box_starts_on_a_full_disk_with_what_it_held_back(disk: Disk) -> None:
    journal = await open_journal(disk.root / "molang.db", SystemClock())
    journal.close()
    assert (disk.root / NAME).stat().st_blocks * 512 >= BALLAST_BYTES
    disk.fill()
    with pytest.raises(TransientError):
        await Journal.open(disk.root / "molang.db", SystemClock())
    journal = await open_journal(disk.root / "molang.db", SystemClock())
    await journal.record(intrusion("after"))
    journal.close()
    assert not (disk.root / NAME).exists()


async def test_the_space_is_put_aside_again_when_there_is_plenty(disk: Disk) -> None:
    (await open_journal(disk.root / "molang.db", SystemClock())).close()
    (disk.root / NAME).unlink()
    (await open_journal(disk.root / "molang.db", SystemClock())).close()
    assert (disk.root / NAME).exists()
