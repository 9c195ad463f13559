"""Says how each order goes, one ack per step (protocols.md, ack), and goes on saying each end until it is heard."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from statistics import median

from edge.core.broadcast import CUT_OFF, Ack, AckState, Order, OrderId
from edge.core.place import HornId
from edge.kernel.clock import Clock
from edge.kernel.wire.order import ack_to_payload, heard_from_payload
from edge.node.ledger import Ledger
from edge.node.link import ACK, NodeLink
from edge.node.report_book import ReportBook
from edge.node.stage import Act

AGAIN_S = 60.0
SETTLE_S = 0.3
"""A step on the way is told so much later, unless the next one has overtaken it by then: no word stands in the way of
the sound that it tells of, and a thin link carries a third fewer of them. A STOP is confirmed as much after the
silence: what fifty horns have to say of it comes when the last of them is silent."""
PASSING = frozenset({AckState.RECEIVED, AckState.PLAYING})
BATCH = 64
"""Ends said in one go, oldest first; the next ones follow as soon as these were heard. A thin link carries 20 KB."""


class Reporter:
    """Sends acks over the link, calls ``changed`` after each, and remembers the last one of a play."""

    def __init__(
        self,
        horn: HornId,
        link: NodeLink,
        clock: Clock,
        book: ReportBook,
        ledger: Ledger,
        changed: Callable[[], None],
    ) -> None:
        self._changed = changed
        self._horn = horn
        self._link = link
        self._clock = clock
        self._book = book
        self._ledger = ledger
        self._said: set[OrderId] = set()
        self._passing: dict[OrderId, asyncio.Task[None]] = {}
        self._connected = asyncio.Event()
        self.last_play: Ack | None = None

    async def run(self) -> None:
        """Say again what was not heard: after each connection, every minute, and on and on while the box hears."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_S):
                    await self._connected.wait()
            self._connected.clear()
            batch = self._book.first(BATCH)
            self._said = {order for order, _ in batch}
            for _, payload in batch:
                await self._link.send(ACK, payload)

    def connected(self) -> None:
        """The link is open (again)."""
        self._connected.set()

    def heard(self, payload: bytes) -> None:
        """The box has stored these ends; raises FinalError on rubbish."""
        orders = heard_from_payload(payload)
        self._said.difference_update(orders)
        if self._book.forget(orders):
            self._changed()
        if not self._said and len(self._book):
            self._connected.set()

    async def say(self, order: OrderId, state: AckState, err: str = "", code: str = "") -> None:
        """A step without evidence; one on the way is told when it has lasted a moment."""
        if state is AckState.RECEIVED and order in self._passing:
            return  # a copy came: what is about to be told says more
        payload = ack_to_payload(Ack(order, self._horn, state, self._clock.now().at_ms, err, code=code))
        self._overtake(order)
        if state in PASSING:
            self._passing[order] = asyncio.create_task(self._tell_if_it_lasts(order, payload))
        else:
            await self._send(payload)

    async def say_end(self, act: Act, state: AckState, err: str = "") -> None:
        """The end of a play, with all evidence there is; kept until it was heard."""
        finished = act.sound.finished if act.sound else None
        self.last_play = Ack(
            act.order.id,
            self._horn,
            state,
            self._clock.now().at_ms,
            err,
            rms_db=finished.rms_db if finished else None,
            amp_ma=int(median(act.measures)) if act.measures else None,
            played_ms=act.sound.played_ms if act.sound else 0,
            code=act.code,
            level_db=median(act.levels) if act.levels else None,
        )
        await self._close(self.last_play, until_ms(act.order))

    async def say_unplayed(self, order: Order, state: AckState, err: str) -> None:
        """The end of an order that never came to the horn; kept like any other."""
        await self._close(Ack(order.id, self._horn, state, self._clock.now().at_ms, err, played_ms=0), until_ms(order))

    async def take_up(self) -> None:
        """Report what an earlier life of this node began and did not end. It is not played again (law 3)."""
        for entry in self._ledger.broken_off():
            if entry.order not in self._book:
                await self._book.keep(
                    Ack(
                        entry.order,
                        self._horn,
                        AckState.FAILED,
                        self._clock.now().at_ms,
                        "Nút tắt đột ngột giữa lúc phát.",
                        played_ms=entry.heard_ms,
                        code=CUT_OFF,
                    )
                )
            await self._ledger.end(entry.order, entry.until_ms)

    async def mend(self) -> None:
        """The disk takes something again: ends that only memory knows are written down."""
        await self._book.mend()

    async def _close(self, ack: Ack, until: int) -> None:
        """The report first, then the ledger: a cut between them says the same end twice, never none."""
        self._overtake(ack.order)
        payload = await self._book.keep(ack)
        await self._ledger.end(ack.order, until)
        await self._send(payload)

    async def _tell_if_it_lasts(self, order: OrderId, payload: bytes) -> None:
        await asyncio.sleep(SETTLE_S)
        self._passing.pop(order, None)
        await self._send(payload)

    def _overtake(self, order: OrderId) -> None:
        if (passing := self._passing.pop(order, None)) is not None:
            passing.cancel()

    async def _send(self, payload: bytes) -> None:
        await self._link.send(ACK, payload)
        self._changed()


def until_ms(order: Order) -> int:
    """The end of an order's life."""
    return max(order.exp_ms, order.at_ms)
