"""Sounds the plan from the node's own disk, with box and broker gone (R7): decides when, the performer does it."""

import asyncio
import logging
from collections.abc import Callable, Container
from contextlib import suppress

from edge.core.broadcast import AckState, Order, OrderId
from edge.core.errors import FinalError
from edge.core.moment import ClockState, Moment
from edge.core.plan import PLAN_DAYS
from edge.node.ledger import Ledger, Step
from edge.node.performer import latest_ms
from edge.node.plan_shelf import HeldPlan, PlanShelf
from edge.node.reporter import Reporter, until_ms
from edge.node.stage import names, stopped_by
from edge.node.timekeeping import NodeClock

log = logging.getLogger(__name__)

LOOK_S = 0.5
HAND_OVER_MS = 2_000
"""An item is handed to the performer this long before its time: longer than a look and the priming take."""
STOPPED_LIFE_MS = PLAN_DAYS * 24 * 3_600_000
NOT_RUNNING = "Lỡ giờ phát: lúc ấy nút không chạy."
NO_CLOCK = "Lỡ giờ phát: lúc ấy nút không biết giờ."
LATE = "Lỡ giờ phát."


class Planned:
    """Every item of the held plan ends in one report: sounded, missed with its reason, or stopped beforehand.

    ``start`` begins an item; ``under_way`` holds the numbers that are with the performer.
    """

    def __init__(
        self,
        shelf: PlanShelf,
        ledger: Ledger,
        reporter: Reporter,
        clock: NodeClock,
        start: Callable[[Order], None],
        under_way: Container[OrderId],
    ) -> None:
        self._shelf = shelf
        self._ledger = ledger
        self._reporter = reporter
        self._clock = clock
        self._start = start
        self._under_way = under_way
        self._plan: HeldPlan | None = None
        self._replaced: list[HeldPlan] = []
        self._todo: list[Order] = []
        self._why_late = NOT_RUNNING
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Watch the clock until cancelled."""
        while True:
            await self._look()
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._news.wait()

    def changed(self) -> None:
        """Another plan is held, or the clock was set."""
        self._news.set()

    async def stopped(self, stop: Order) -> None:
        """A STOP that names items ends those that have not begun; a name that is not known yet is remembered."""
        if not stop.about:
            return
        self._turn_to(self._shelf.held)
        for item in [item for item in self._todo if names(stop, item) and self._is_open(item)]:
            if item not in self._todo:  # its time came, or another STOP named it, while the disk was waited for
                continue
            self._todo.remove(item)
            await self._ledger.stop(item.id, until_ms(item), stop.id)
            await self._reporter.say_unplayed(item, AckState.PREEMPTED, stopped_by(stop))
        with suppress(FinalError):
            named = OrderId.parse(stop.about)
            if self._ledger.entry(named) is None and named not in self._under_way:
                await self._ledger.stop(named, stop.exp_ms + STOPPED_LIFE_MS, stop.id)

    async def _look(self) -> None:
        now = self._clock.now()
        self._turn_to(self._shelf.held)
        await self._settle()
        if now.clock is ClockState.FLOOR:
            self._why_late = NO_CLOCK
            return
        while self._todo and self._todo[0].at_ms - HAND_OVER_MS <= now.at_ms:
            await self._end_or_start(self._todo.pop(0), now)
        self._why_late = LATE

    def _turn_to(self, held: HeldPlan | None) -> None:
        if held is self._plan:
            return
        if self._plan is not None:
            self._replaced.append(self._plan)
        self._plan = held
        self._todo = sorted(held.plan.items, key=lambda item: item.at_ms) if held else []

    async def _settle(self) -> None:
        """Items of an old plan that the new one leaves out because their time had passed: missed, and said so."""
        if self._plan is None:
            return
        after = self._plan.plan
        kept = {item.id for item in after.items}
        while self._replaced:
            before = self._replaced.pop()
            for item in before.plan.items:
                if item.id not in kept and latest_ms(item) < after.made_at_ms and self._is_ours(item, before):
                    await self._missed(item)

    async def _end_or_start(self, item: Order, now: Moment) -> None:
        assert self._plan is not None
        entry = self._ledger.entry(item.id)
        if entry is not None and entry.step is Step.STOPPED:
            await self._reporter.say_unplayed(item, AckState.PREEMPTED, f"Dừng theo lệnh {entry.by}.")
        elif not self._is_open(item):
            return
        elif now.at_ms <= latest_ms(item):
            self._start(item)
        elif self._is_ours(item, self._plan):
            await self._missed(item)

    async def _missed(self, item: Order) -> None:
        log.warning("planned order %s was missed: %s", item.id, self._why_late)
        await self._reporter.say_unplayed(item, AckState.FAILED, self._why_late)

    def _is_open(self, item: Order) -> bool:
        return self._ledger.entry(item.id) is None and item.id not in self._under_way

    def _is_ours(self, item: Order, held: HeldPlan) -> bool:
        """Whether this plan lay here while the item could have sounded; else another knows what became of it."""
        return self._is_open(item) and latest_ms(item) >= held.came_at_ms
