"""One order on its way to its horns, until each of them has its one report (law 3)."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from edge.broadcast.conversation import Conversations, Patience
from edge.broadcast.horns import Horn
from edge.broadcast.orders import order_in
from edge.core.broadcast import Ack, AckState, HornReport, Operation, OrderId, Outcome
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.core.policy.reporting import FINAL, conclude
from edge.kernel.keep_running import run_apart
from edge.store.journal import Journal
from edge.store.orders import OrderRow, close_report

log = logging.getLogger(__name__)

MARGIN_S = 8.0
"""After the sound must have ended: time for the report to come."""
READY_WITHIN_S = 60.0
AHEAD_MS = 1_000
"""A play whose time is further away does not sound yet."""
PREPARED = frozenset({AckState.READY, AckState.FAILED, AckState.REFUSED, AckState.DONE})
STOPPED_BEFORE = "Đã dừng trước khi phát."
Reported = Callable[[Horn, HornReport], None]
Stored = Callable[[HornId, OrderId], None]
"""The end that this horn told of this order is on the disk."""


@dataclass(slots=True)
class _UnderWay:
    """A play that some horn still owes a report for, and the horns that a STOP took it from."""

    play: OrderRow
    prepare: OrderRow | None
    hushed: set[HornId] = field(default_factory=set)
    held: frozenset[HornId] = frozenset()


class Airing:
    """Delivers orders and writes reports; holds no queue. What fails at one horn harms no other."""

    def __init__(self, talks: Conversations, journal: Journal, reported: Reported, stored: Stored) -> None:
        self._talks = talks
        self._journal = journal
        self._reported = reported
        self._stored = stored
        self._plays: dict[str, _UnderWay] = {}

    async def prepare(self, prepare: OrderRow, horns: Sequence[Horn]) -> None:
        """Have the clips ready on these horns; who fails is tried again when it must play."""
        async with asyncio.TaskGroup() as group:
            for horn in horns:
                work = partial(self._prepare_on, prepare, horn)
                group.create_task(run_apart(f"order {prepare.id} at {horn.id}", work))

    async def play(
        self,
        play: OrderRow,
        prepare: OrderRow | None,
        horns: Sequence[Horn],
        *,
        stopped: bool = False,
        held: frozenset[HornId] = frozenset(),
    ) -> None:
        """Sound it on every horn at once; returns when the last report is written.

        ``stopped``: a STOP came before a restart, so it is not sent again; what the horns say of it still counts.
        ``held``: these have it in their plan and play it by themselves; a report that does not come stays owed.
        """
        act = self._plays[play.id] = _UnderWay(play, prepare, held=held)
        if stopped:
            act.hushed.update(horn.id for horn in horns)
        try:
            async with asyncio.TaskGroup() as group:
                for horn in horns:
                    work = partial(self._play_on, act, horn)
                    group.create_task(run_apart(f"order {play.id} at {horn.id}", work))
        finally:
            del self._plays[play.id]

    def hush(self, horns: Sequence[Horn]) -> None:
        """A STOP goes out: whatever is under way is sent to these horns no more."""
        for act in self._plays.values():
            act.hushed.update(horn.id for horn in horns)
            for horn in horns:
                self._talks.withdraw(act.play.id, horn.id)
                if act.prepare is not None:
                    self._talks.end(act.prepare.id, horn.id)

    def end_play(self, play: OrderRow, horns: Sequence[Horn]) -> None:
        """This one alone gives way to an equal: it is sent no more; what its horns say of it still counts."""
        act = self._plays.get(play.id)
        if act is not None:
            act.hushed.update(horn.id for horn in horns)
            for horn in horns:
                self._talks.withdraw(play.id, horn.id)

    def wind_up(self, talk: OrderRow, horns: Sequence[Horn]) -> None:
        """A talk is over on these horns: whoever has not said how it ended has a moment left to say it."""
        for horn in horns:
            self._talks.hurry(talk.id, horn.id, MARGIN_S)

    def said(self, order: str, horn: HornId) -> AckState | None:
        """The last word of a horn about an order that is under way."""
        return self._talks.said(order, horn)

    async def stop(self, stop: OrderRow, horns: Sequence[Horn]) -> None:
        """Silence every horn; tries for the life of the order."""
        left_s = self._left_s(stop)
        async with asyncio.TaskGroup() as group:
            for horn in horns:
                group.create_task(run_apart(f"STOP {stop.id} at {horn.id}", partial(self._quiet, stop, horn, left_s)))

    async def _quiet(self, stop: OrderRow, horn: Horn, left_s: float) -> None:
        ack = await self._talks.ask(stop, horn.id, FINAL, Patience(left_s, left_s, copy_counts=True))
        if ack is None or ack.state not in (AckState.DONE, AckState.REFUSED):
            log.error("horn %s did not confirm STOP %s", horn.id, stop.id)

    async def _play_on(self, act: _UnderWay, horn: Horn) -> None:
        play = act.play
        if act.prepare is not None and not horn.has(clips_of(play)):
            horn.doing = "preparing"
            ready = None if horn.id in act.hushed else await self._make_ready(act.prepare, horn)
            if horn.id in act.hushed:
                ready = Ack(OrderId.parse(play.id), horn.id, AckState.PREEMPTED, AtMs(0), STOPPED_BEFORE)
            if ready is None or ready.state is not AckState.READY:
                await self._report(play, horn, ready)
                return
        horn.doing = "playing"
        if self._is_ahead(play):
            horn.doing = "preparing"
            await self._until_its_time(play, horn)
        left_s, tail_s = self._left_s(play), play.ms / 1000 + MARGIN_S
        send_for_s = 0.0 if horn.id in act.hushed | act.held else left_s
        if play.op is Operation.LIVE and horn.id in act.hushed:  # of an earlier life, or stopped before it was sent
            left_s, tail_s = 0.0, MARGIN_S
        patience = Patience(send_for_s, left_s + tail_s, tail_s, has_clips=act.prepare is not None)
        ack = await self._talks.ask(play, horn.id, FINAL, patience)
        if ack is not None and ack.state in (AckState.FAILED, AckState.REFUSED):
            horn.forget(clips_of(play))
        if ack is None and horn.id in act.held:
            horn.doing = "idle"
            return
        await self._report(play, horn, ack)

    async def _make_ready(self, prepare: OrderRow, horn: Horn) -> Ack | None:
        wait_s = min(self._left_s(prepare), READY_WITHIN_S)
        ack = await self._talks.ask(prepare, horn.id, PREPARED, Patience(wait_s, wait_s))
        if ack is not None and ack.state is AckState.READY:
            horn.learn(clips_of(prepare))
        return ack

    async def _prepare_on(self, prepare: OrderRow, horn: Horn) -> None:
        await self._make_ready(prepare, horn)

    async def _until_its_time(self, play: OrderRow, horn: Horn) -> None:
        """A horn that does not know the time would begin at once: to it the order goes when its time has come."""
        while horn.lost_nonce and self._is_ahead(play):  # noqa: ASYNC110 - a clock that comes near sets no event
            await asyncio.sleep(AHEAD_MS / 2000)

    def _is_ahead(self, play: OrderRow) -> bool:
        return play.at_ms > self._journal.clock.now().at_ms + AHEAD_MS

    def _left_s(self, order: OrderRow) -> float:
        return max(0.0, (order.exp_ms - self._journal.clock.now().at_ms) / 1000)

    async def _report(self, play: OrderRow, horn: Horn, ack: Ack | None) -> None:
        """Written down at all costs; then the horn may forget it."""
        expected_ms = 0 if play.op is Operation.LIVE else play.ms  # how long somebody will speak, nobody knows
        report = report_of(OrderId.parse(play.id), horn.id, ack, expected_ms)
        horn.doing = "idle"
        if await self._journal.record_surely(partial(close_report, report=report)):
            if report.outcome is not Outcome.PLAYED:
                log.warning("horn %s, order %s: %s %s", horn.id, play.id, report.outcome, report.reason)
            self._reported(horn, report)
        if ack is not None:
            self._stored(horn.id, report.order)


def report_of(order: OrderId, horn: HornId, ack: Ack | None, expected_ms: int) -> HornReport:
    """The one report that the last word of a horn makes; None: it never came."""
    outcome, reason = conclude(ack, expected_ms)
    return HornReport(
        order=order,
        horn=horn,
        outcome=outcome,
        reason=reason,
        rms_db=ack.rms_db if ack else None,
        amp_ma=ack.amp_ma if ack else None,
        played_ms=ack.played_ms if ack else None,
        level_db=ack.level_db if ack else None,
        broken_off=ack is not None and ack.state is AckState.PREEMPTED,
    )


def clips_of(order: OrderRow) -> set[str]:
    """Hashes of the clips that an order needs."""
    return {media.sha256 for media in order_in(order).media}
