"""Law 1 when the mains fail: what was accepted is there when the power is back, each once."""

import itertools
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edge.core.broadcast import AckState, Operation, OrderId
from edge.kernel.wire.node import NodeSetup
from edge.node.window import SIZE, Place, ReplayWindow
from edge.workers.player.fake_card import FakeCard
from tests.chaos.disk import Disk, on_disk
from tests.chaos.orders_forever import EPOCH, KEY
from tests.node.bench import Media, Orders, running_node
from tests.store.promises import assert_kept, boots
from tests.tone import Tones

pytestmark = pytest.mark.root

CUTS = 20
ROOT = Path(__file__).parents[2]


def test_what_the_store_accepted_survives_every_power_cut(disk: Disk) -> None:
    database = disk.root / "molang.db"
    chance = random.Random(20)
    promised: set[str] = set()
    for cut in range(1, CUTS + 1):
        kept = run_until_the_cut(disk, "tests.store.writes_forever", database, chance.uniform(0.05, 0.5))
        assert kept
        assert not promised & set(kept), "an id was given twice"
        promised.update(kept)
        assert boots(database) == cut
        assert_kept(database, promised)
    assert len(promised) > 10 * CUTS


def test_an_order_that_a_node_took_is_refused_after_every_power_cut(disk: Disk) -> None:
    window = disk.root / "seen.json"
    chance = random.Random(21)
    last = 0
    for _ in range(CUTS // 2):
        taken = run_until_the_cut(disk, "tests.chaos.orders_forever", window, chance.uniform(0.02, 0.3))
        assert [int(seq) for seq in taken] == list(range(last + 1, last + 1 + len(taken)))
        last += len(taken)
        seen = ReplayWindow(window)
        newest = range(max(1, last - SIZE + 2), last + 1)  # one more may be on the disk whose word the cut swallowed
        assert all(seen.place(KEY, OrderId(EPOCH, seq)) is Place.SEEN for seq in newest)
        assert all(seen.place(KEY, OrderId(EPOCH, seq)) is not Place.NEW for seq in range(1, newest.start))
        last = first_new(seen) - 1
    assert list(disk.root.glob("*.damaged")) == []


async def test_a_node_refuses_a_replayed_order_and_plays_its_clip_after_a_power_cut(
    disk: Disk, setup: NodeSetup, orders: Orders, media: Media, card: FakeCard, tones: Tones
) -> None:
    setup = on_disk(setup, disk)
    async with running_node(setup, orders, media) as bench:
        ref = await bench.prepared(tones(0.5), 500)
        heard = await bench.order(Operation.PLAY, ref)
        assert (await bench.end_of(heard)).state is AckState.DONE
        disk.cut_power()
        bench.process.kill()
    disk.restart()
    media.files.clear()
    before = card.ms
    async with running_node(setup, orders, media) as bench:
        await bench.send(orders.sign(heard))
        await bench.ack(heard, AckState.REFUSED)  # its old report, which nobody has heard yet, may come first
        assert card.ms == before
        again = await bench.order(Operation.PLAY, ref)
        assert (await bench.end_of(again)).state is AckState.DONE


def run_until_the_cut(disk: Disk, module: str, file: Path, after_s: float) -> list[str]:
    """Let a child work on the disk, cut the power, and return every line it printed whole."""
    command = [sys.executable, "-m", module, str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(after_s)
        child.kill()  # it runs no further, but a write under way is torn: what it said, it said before the cut
        disk.cut_power()
        *whole, _torn = (first + child.stdout.read()).decode().split("\n")
    disk.restart()
    return whole


def first_new(window: ReplayWindow) -> int:
    return next(seq for seq in itertools.count(1) if window.place(KEY, OrderId(EPOCH, seq)) is Place.NEW)
