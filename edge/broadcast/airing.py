"""One order on its way to its horns, until each of them has its one report (law 3)."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from edge.broadcast.conversation import Conversations
from edge.broadcast.horns import Horn
from edge.core.broadcast import Ack, AckState, HornReport, OrderId, Outcome, order_from_body
from edge.core.policy.reporting import FINAL, conclude
from edge.kernel.wire.order import order_from_payload
from edge.store.journal import Journal
from edge.store.orders import OrderRow, close_report

log = logging.getLogger(__name__)

MARGIN_S = 8.0
"""After the sound must have ended: time for the report to come."""
READY_WITHIN_S = 60.0
PREPARED = frozenset({AckState.READY, AckState.FAILED, AckState.REFUSED, AckState.DONE})
Reported = Callable[[Horn, HornReport], None]


class Airing:
    """Delivers orders and writes reports; holds no queue."""

    def __init__(self, talks: Conversations, journal: Journal, reported: Reported) -> None:
        self._talks = talks
        self._journal = journal
        self._reported = reported

    async def prepare(self, prepare: OrderRow, horns: Sequence[Horn]) -> None:
        """Have the clips ready on these horns; who fails is tried again when it must play."""
        async with asyncio.TaskGroup() as group:
            for horn in horns:
                group.create_task(self._make_ready(prepare, horn))

    async def play(self, play: OrderRow, prepare: OrderRow | None, horns: Sequence[Horn]) -> None:
        """Sound it on every horn at once; returns when the last report is written."""
        async with asyncio.TaskGroup() as group:
            for horn in horns:
                group.create_task(self._play_on(play, prepare, horn))

    async def stop(self, stop: OrderRow, horns: Sequence[Horn]) -> None:
        """Silence every horn; tries for the life of the order."""
        left_s = self._left_s(stop)
        async with asyncio.TaskGroup() as group:
            for horn in horns:
                group.create_task(self._quiet(stop, horn, left_s))

    async def _quiet(self, stop: OrderRow, horn: Horn, left_s: float) -> None:
        ack = await self._talks.ask(stop, horn.id, FINAL, left_s, left_s)
        if ack is None or ack.state is not AckState.DONE:
            log.error("horn %s did not confirm STOP %s", horn.id, stop.id)

    async def _play_on(self, play: OrderRow, prepare: OrderRow | None, horn: Horn) -> None:
        if prepare is not None and not clips_of(play) <= horn.ready:
            horn.doing = "preparing"
            ready = await self._make_ready(prepare, horn)
            if ready is None or ready.state is not AckState.READY:
                await self._report(play, horn, ready)
                return
        horn.doing = "playing"
        send_for_s = self._left_s(play)
        tail_s = play.ms / 1000 + MARGIN_S
        ack = await self._talks.ask(play, horn.id, FINAL, send_for_s, send_for_s + tail_s, tail_s)
        if ack is not None and ack.state in (AckState.FAILED, AckState.REFUSED):
            horn.ready -= clips_of(play)
        await self._report(play, horn, ack)

    async def _make_ready(self, prepare: OrderRow, horn: Horn) -> Ack | None:
        wait_s = min(self._left_s(prepare), READY_WITHIN_S)
        ack = await self._talks.ask(prepare, horn.id, PREPARED, wait_s, wait_s)
        if ack is not None and ack.state is AckState.READY:
            horn.ready |= clips_of(prepare)
        return ack

    def _left_s(self, order: OrderRow) -> float:
        return max(0.0, (order.exp_ms - self._journal.clock.now().at_ms) / 1000)

    async def _report(self, play: OrderRow, horn: Horn, ack: Ack | None) -> None:
        outcome, reason = conclude(ack, play.ms)
        report = HornReport(
            order=OrderId.parse(play.id),
            horn=horn.id,
            outcome=outcome,
            reason=reason,
            rms_db=ack.rms_db if ack else None,
            amp_ma=ack.amp_ma if ack else None,
            played_ms=ack.played_ms if ack else None,
        )
        if await self._journal.record(partial(close_report, report=report)):
            if outcome is not Outcome.PLAYED:
                log.warning("horn %s, order %s: %s %s", horn.id, play.id, outcome, reason)
            self._reported(horn, report)


def clips_of(order: OrderRow) -> set[str]:
    """Hashes of the clips that an order needs."""
    body = order_from_body(order_from_payload(order.payload).body)
    return {media.sha256 for media in body.media}
