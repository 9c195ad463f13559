"""Before each write of a busy minute in turn the disk is full: the store gives its reserve up, and loses nothing.

The whole box with its horns: ``./run prove 5 --only disk_full``.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from edge.core.errors import TransientError
from edge.kernel.clock import SystemClock
from edge.store.ballast import FIRST, NAME, keep_ballast, open_journal
from edge.store.fsck import problems
from edge.store.journal import Journal
from hil.prove.province.disk_full_child import FILLER, FullAtACommit
from hil.prove.province.survival.judge import kept
from hil.prove.province.survival.load import story
from tests.chaos.disk import Disk

pytestmark = [pytest.mark.root, pytest.mark.parametrize("disk", [128], indirect=True, ids=["128 MB"])]


async def watched(journal: Journal, disk: Disk, orders: Path) -> None:
    """From now on the file ``orders/at`` says before which commit the disk is full."""
    await journal.with_connection(lambda c: c.set_trace_callback(FullAtACommit(c, disk.root, orders)))


async def test_every_write_succeeds_with_what_was_held_back_and_room_is_all_it_takes_to_hold_it_back_again(
    disk: Disk, tmp_path: Path
) -> None:
    orders = tmp_path / "orders"
    orders.mkdir()
    journal = await open_journal(disk.root / "molang.db", SystemClock())
    await watched(journal, disk, orders)
    promised = set()
    for number in range(3):
        for promise, work in story(f"1-{number}"):
            (orders / "hit").unlink(missing_ok=True)
            (orders / "at").write_text("1")
            await journal.record(work)
            promised.add(promise)
            assert (orders / "hit").exists()
            assert not (disk.root / NAME).exists(), promise
            (orders / "at").write_text("0")
            (disk.root / FILLER).unlink()
            assert keep_ballast(disk.root)
    journal.close()
    with closing(sqlite3.connect(disk.root / "molang.db")) as connection:
        assert list(problems(connection, disk.root / "clips")) == []
        assert promised == kept(connection)


async def test_without_anything_held_back_a_write_is_refused_in_words_and_the_next_one_goes_when_there_is_room(
    disk: Disk, tmp_path: Path
) -> None:
    orders = tmp_path / "orders"
    orders.mkdir()
    journal = await open_journal(disk.root / "molang.db", SystemClock())
    await watched(journal, disk, orders)
    for part in (NAME, FIRST):
        (disk.root / part).unlink()
    (_, intrusion), *_ = story("1-1")
    (orders / "at").write_text("1")
    with pytest.raises(TransientError, match="Không ghi được vào đĩa"):
        await journal.record(intrusion)
    assert journal.fault
    (disk.root / FILLER).unlink()
    await journal.record(intrusion)
    assert not journal.fault
    journal.close()
