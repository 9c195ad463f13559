"""A disk without a free byte: nothing is half written, words say what is wrong, and room is all it takes to go on."""

import asyncio
import sqlite3

import pytest

from edge.core.broadcast import AckState, Operation
from edge.core.errors import TransientError
from edge.kernel.wire.node import NodeSetup
from edge.store.journal import Journal
from edge.workers.player.fake_card import FakeCard
from tests.chaos.disk import Disk, on_disk
from tests.node.bench import Media, Orders, running_node
from tests.store.promises import assert_kept
from tests.store.village import intrusion, open_journal
from tests.tone import Tones

pytestmark = [pytest.mark.root, pytest.mark.parametrize("disk", [12], indirect=True, ids=["12 MB"])]

AT_ONCE = 40


async def write(journal: Journal, name: str) -> str | None:
    """The name when it is stored, None when the store refused in words."""
    try:
        await journal.record(intrusion(name))
    except TransientError as error:
        assert "Không ghi được vào đĩa" in str(error)  # noqa: PT017 - half of the writes may succeed
        return None
    return name


async def write_many(journal: Journal, prefix: str) -> list[str | None]:
    return await asyncio.gather(*(write(journal, f"{prefix}-{number}") for number in range(AT_ONCE)))


async def test_a_full_disk_refuses_whole_transactions_and_room_is_all_it_takes_to_go_on(disk: Disk) -> None:
    journal = await open_journal(disk.root / "molang.db")
    promised = await write_many(journal, "1")
    disk.fill()
    outcomes: list[str | None] = []
    for again in range(50):  # the write-ahead log may have room of its own left
        outcomes += await write_many(journal, f"2-{again}")
    assert outcomes[-1] is None
    assert journal.alive
    disk.free()
    promised += [*outcomes, *await write_many(journal, "3")]
    journal.close()
    kept = [name for name in promised if name is not None]
    assert_kept(disk.root / "molang.db", kept)
    assert incidents(disk) == sorted(kept)
    assert kept[-1] == f"3-{AT_ONCE - 1}"


async def test_a_node_with_a_full_disk_plays_what_it_has_and_takes_new_clips_when_there_is_room(
    disk: Disk, setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    async with running_node(on_disk(setup, disk), orders, media) as bench:
        ref = await bench.prepared(tones(0.5), 500)
        disk.fill()
        play = await bench.order(Operation.PLAY, ref)
        assert (await bench.end_of(play)).state is AckState.DONE
        assert card.heard
        state = await bench.state(lambda state: "disk_fault" in state)
        assert "Không ghi được" in state["disk_fault"]
        other = bench.clip(tones(3.0), 3000)
        failed = await bench.end_of(await bench.order(Operation.PREPARE, other))
        assert failed.state is AckState.FAILED
        assert "Đĩa của nút" in failed.err
        disk.free()
        ready = await bench.end_of(await bench.order(Operation.PREPARE, other))
        assert ready.state is AckState.READY
        await bench.state(lambda state: "disk_fault" not in state)


def incidents(disk: Disk) -> list[str]:
    connection = sqlite3.connect(disk.root / "molang.db")
    try:
        return sorted(row[0] for row in connection.execute("SELECT id FROM incident"))
    finally:
        connection.close()
