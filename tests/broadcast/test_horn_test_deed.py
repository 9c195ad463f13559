"""A horn that sounds is somebody's deed, also when it is only tested."""

import asyncio
from pathlib import Path

from edge.broadcast.airing import Airing
from edge.broadcast.arbiter import Arbiter
from edge.broadcast.conversation import Conversations
from edge.broadcast.horns import Horn
from edge.broadcast.orders import OrderMaker, Wanted, order_in
from edge.core.broadcast import Operation, Priority
from edge.core.place import HamletId, HornId
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.signing import OrderKey
from edge.store.journal import Journal
from tests.store.village import recording

LOA = HornId("loa-1")


async def _taken(horn: HornId, payload: bytes) -> None:
    """A line that takes every order; nobody answers."""


def _nothing(*_news: object) -> None:
    """Nobody looks."""


async def test_who_tested_a_horn_stands_in_the_audit_log(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    horns = {LOA: Horn(LOA, "Loa 1", HamletId("dong"), local=False)}
    orders = OrderMaker(OrderKey.load_or_make(tmp_path / "order.pem"), journal.epoch)
    arbiter = Arbiter(horns, orders, Airing(Conversations(_taken), journal, _nothing, _nothing), journal, Bus())
    running = asyncio.create_task(arbiter.run())
    try:
        await arbiter.listening.wait()
        await arbiter.test(LOA, Wanted(None, recording("r"), (), (LOA,), Priority.THUONG, "Lan"), "technician")
        deed = await journal.record(lambda tx: tx.row("SELECT user, role, action, detail FROM audit"))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        journal.close()
    assert deed == ("Lan", "technician", "horn.test", LOA)


async def test_what_a_horn_fetches_for_its_test_is_for_that_horn_alone(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    orders = OrderMaker(OrderKey.load_or_make(tmp_path / "order.pem"), journal.epoch)
    test = Wanted(None, recording("r"), (), (LOA,), Priority.THUONG, "Lan")
    try:
        prepare = await journal.record(lambda tx: orders.prepare(tx, test))
        play = await journal.record(lambda tx: orders.play(tx, test, prepare, Operation.TEST))
    finally:
        journal.close()
    for order in (order_in(prepare), order_in(play)):
        assert order.is_for(LOA, frozenset({HamletId("dong")}))
        assert not order.is_for(HornId("loa-2"), frozenset({HamletId("dong")}))
