"""Ends that nobody waits for any more: planned items, reports of the days without a link, what a key at a horn played.

Each closes the open row of its order, once, however often the node says it; when that is committed the node is told
that it was heard, and forgets it. A row that had been called UNKNOWN keeps its one report and gets the word beside it.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from edge.broadcast.airing import report_of
from edge.core.broadcast import LOCAL_EPOCH, Ack, AckState, HornReport, OrderId, Outcome
from edge.core.errors import TransientError
from edge.core.place import HornId
from edge.core.policy.reporting import FINAL
from edge.kernel.bus import Mailbox
from edge.kernel.keep_running import run_apart
from edge.kernel.wire.order import MOST_HEARD, heard_to_payload
from edge.store.journal import Journal, Tx
from edge.store.late import GIVEN_UP, Late, expected_ms, keep_local_play, overdue_reports, take_late
from edge.store.orders import close_report

log = logging.getLogger(__name__)

TOGETHER_S = 0.1
"""Ends come in bundles after a cut: one transaction for all of a moment."""
MOST_WAITING = 1_000
"""Beyond this the oldest is dropped: its node says it again within a minute."""
SWEEP_S = 3_600.0
LOCAL_CODE = "local:"
Tell = Callable[[HornId, bytes], Awaitable[None]]
Reported = Callable[[HornReport], None]


@dataclass(frozen=True, slots=True)
class _Done:
    """A report that is on the disk, and what it did there."""

    report: HornReport
    late: Late


class LateReports:
    """Takes ends in, stores them, and says ``heard``. ``reported`` is told of each row that was closed."""

    def __init__(self, journal: Journal, tell: Tell, reported: Reported) -> None:
        self._journal = journal
        self._tell = tell
        self._reported = reported
        self._waiting: Mailbox[Ack] = Mailbox(MOST_WAITING)
        self._stored: dict[HornId, list[OrderId]] = defaultdict(list)
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._store_what_comes())
            group.create_task(self._say_heard())
            group.create_task(self._sweep())

    def take(self, ack: Ack) -> bool:
        """An end that nobody waits for; False when it is none, as a refusal of a copy or of a forgery is not."""
        if ack.state not in FINAL or (ack.state is AckState.REFUSED and ack.code):
            return False
        self._waiting.put(ack)
        return True

    def stored(self, horn: HornId, order: OrderId) -> None:
        """The end of this order is on the disk: the horn may forget it."""
        self._stored[horn].append(order)
        self._news.set()

    async def _store_what_comes(self) -> None:
        while True:
            acks = [await self._waiting.get()]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TOGETHER_S):
                    while len(acks) < MOST_HEARD:
                        acks.append(await self._waiting.get())
            for done in await self._journal.record_surely(partial(_store, acks=acks)):
                self._settle(done)

    def _settle(self, done: _Done) -> None:
        report = done.report
        self.stored(report.horn, report.order)
        if done.late is Late.CLOSED:
            if report.outcome is not Outcome.PLAYED:
                log.warning("horn %s, order %s: %s %s", report.horn, report.order, report.outcome, report.reason)
            self._reported(report)
        elif done.late is Late.NEVER_OWED:
            log.info("horn %s: end of order %s, which it owes nothing for", report.horn, report.order)

    async def _say_heard(self) -> None:
        while True:
            await self._news.wait()
            await asyncio.sleep(TOGETHER_S)
            self._news.clear()
            stored, self._stored = self._stored, defaultdict(list)
            async with asyncio.TaskGroup() as group:
                for horn, orders in stored.items():
                    group.create_task(run_apart(f"heard to {horn}", partial(self._tell_heard, horn, orders)))

    async def _tell_heard(self, horn: HornId, orders: Sequence[OrderId]) -> None:
        """A horn that does not get it says its reports again, and hears it then."""
        with contextlib.suppress(TransientError):
            for first in range(0, len(orders), MOST_HEARD):
                await self._tell(horn, heard_to_payload(orders[first : first + MOST_HEARD]))

    async def _sweep(self) -> None:
        while True:
            for report in await self._journal.record_surely(_give_up):
                log.warning("horn %s, order %s: given up after 30 days", report.horn, report.order)
                self._reported(report)
            await asyncio.sleep(SWEEP_S)


def _store(tx: Tx, acks: Sequence[Ack]) -> list[_Done]:
    return [_store_one(tx, ack) for ack in acks]


def _store_one(tx: Tx, ack: Ack) -> _Done:
    if ack.order.epoch == LOCAL_EPOCH:
        report = report_of(ack.order, ack.horn, ack, 0)
        template = ack.code.removeprefix(LOCAL_CODE) if ack.code.startswith(LOCAL_CODE) else ""
        keep_local_play(tx, report, template, ack.at_ms)
        return _Done(report, Late.KNOWN)
    length_ms = expected_ms(tx, str(ack.order), ack.horn)
    report = report_of(ack.order, ack.horn, ack, length_ms or 0)
    return _Done(report, Late.NEVER_OWED if length_ms is None else take_late(tx, report))


def _give_up(tx: Tx) -> list[HornReport]:
    reports = [
        HornReport(OrderId.parse(order), HornId(horn), Outcome.UNKNOWN, GIVEN_UP, None, None, None)
        for order, horn in overdue_reports(tx)
    ]
    return [report for report in reports if close_report(tx, report)]
