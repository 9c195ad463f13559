"""Keeps the plan true: makes and publishes it, knows who holds it, and conducts each item when its time comes."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from edge.broadcast.airing import Airing as Delivery
from edge.broadcast.arbiter import Arbiter
from edge.broadcast.calendar import storm_rows
from edge.broadcast.horns import STATE_STALE_S, Horn
from edge.broadcast.orders import PLANNED_LIFE_MS
from edge.broadcast.plan_maker import Fresh, PlanMaker
from edge.broadcast.relays import PlannedRelays
from edge.core.broadcast import OrderId, Outcome
from edge.core.errors import FinalError, TransientError
from edge.core.moment import ClockState
from edge.core.news import BulletinChanged, BulletinWithdrawn, HornChanged, PlanChanged, ServiceChanged
from edge.core.place import HornId
from edge.core.policy.airtime import Verdict
from edge.core.programme import Source
from edge.kernel.bus import Bus
from edge.kernel.keep_running import run_apart
from edge.store.journal import Journal, Tx
from edge.store.orders import OrderRow
from edge.store.plans import NEVER_CAME, NodePlan, close_unheld, confirm_plan, holders, node_plans, owing, planned_order
from edge.store.programmes import AiringRow, airings_in, approved_recording, move_airing, programmes_on

log = logging.getLogger(__name__)

PASS_S = 60.0
"""The plan is looked over this often; a request of a person nudges it at once."""
AHEAD_MS = 15_000
"""So long before its time an item is sent to nodes that do not hold it: they may have to fetch its clips."""
LOOK_S = 1.0
LATE = "Đến giờ phát thì loa đang bận tin khác; phát lại khi loa rảnh."
Send = Callable[[HornId, bytes], Awaitable[None]]


class Planner:
    """Owns planned airings from their programme to their end."""

    def __init__(
        self,
        horns: dict[HornId, Horn],
        maker: PlanMaker,
        delivery: Delivery,
        arbiter: Arbiter,
        relays: PlannedRelays,
        clips: Path,
        send_plan: Send,
        journal: Journal,
        bus: Bus,
    ) -> None:
        self._horns = horns
        self.maker = maker
        self._delivery = delivery
        self._arbiter = arbiter
        self._relays = relays
        self._clips = clips
        self._send_plan = send_plan
        self._journal = journal
        self._bus = bus
        self._wake = asyncio.Event()
        self._confirmed: dict[HornId, str] = {}
        self._unsent: set[HornId] = set()
        self._conducted: set[str] = set()
        self._group: asyncio.TaskGroup | None = None
        self.storms: list[dict[str, Any]] = []

    async def run(self) -> None:
        """Plan until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._conducted.clear()
                self._unsent.update(self._horns)
                group.create_task(self._keep_true())
                group.create_task(self._watch_nodes())
                group.create_task(self._watch_links())
                group.create_task(self._watch_withdrawn())
                await self._watch_the_clock()
        finally:
            self._group = None

    def nudge(self) -> None:
        """A person changed a programme."""
        self._wake.set()

    async def refresh(self) -> None:
        """Look the plan over once: airings, orders, plans; then publish what is new."""
        if self._journal.clock.now().clock is ClockState.FLOOR:
            return  # a box that does not know the day can plan none
        lost = await self._lost()
        fresh: Fresh = await self._journal.record_surely(partial(self.maker.refresh, lost=lost))
        self._unsent.update(plan.horn for plan in fresh.plans)
        await self._publish()
        storms, self.storms = self.storms, storm_rows(fresh.programmes)
        if fresh.changed or storms != self.storms:
            self._bus.publish(PlanChanged())

    async def _keep_true(self) -> None:
        while True:
            self._wake.clear()
            await self.refresh()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PASS_S):
                    await self._wake.wait()

    async def _lost(self) -> frozenset[str]:
        """Bulletins of the plan of which a clip is not on the disk any more (law 10)."""
        needed = await self._journal.record_surely(_clips_needed)
        return await asyncio.to_thread(self._missing, needed)

    def _missing(self, needed: dict[str, tuple[str, ...]]) -> frozenset[str]:
        return frozenset(bulletin for bulletin, clips in needed.items() if not all(self._there(clip) for clip in clips))

    def _there(self, clip: str) -> bool:
        return (self._clips / f"{clip}.opus").is_file()

    async def _publish(self) -> None:
        """What could not go out goes with the next pass, or when its way is open again."""
        plans: dict[HornId, NodePlan] = await self._journal.record_surely(node_plans)
        for horn in sorted(self._unsent & plans.keys() & self._horns.keys()):
            try:
                await self._send_plan(horn, plans[horn].payload)
            except TransientError as error:
                log.info("plan %s does not reach %s yet: %s", plans[horn].number, horn, error)
            else:
                self._unsent.discard(horn)

    async def _watch_links(self) -> None:
        """A broker may have lost what it retained, and the local node starts without a plan."""
        with self._bus.listen(ServiceChanged) as mailbox:
            async for news in mailbox:
                if news.state == "up" and news.name in ("broker", "node-local"):
                    self._unsent.update(self._horns)
                    await self._publish()

    async def _watch_withdrawn(self) -> None:
        """What was called off leaves the plans at once, not with the next pass."""
        with self._bus.listen(BulletinWithdrawn) as mailbox:
            async for _ in mailbox:
                self._wake.set()

    async def _watch_nodes(self) -> None:
        with self._bus.listen(HornChanged) as mailbox:
            while True:
                for horn in self._horns.values():
                    await self._confirm(horn)
                await mailbox.get()

    async def _confirm(self, horn: Horn) -> None:
        number = horn.state.plan or ""
        if horn.state.plan_missing != 0 or self._confirmed.get(horn.id) == number:
            return
        with contextlib.suppress(FinalError):
            plan = OrderId.parse(number)
            await self._journal.record_surely(partial(confirm_plan, horn=horn.id, number=plan))
            log.info("horn %s holds plan %s", horn.id, number)
        self._confirmed[horn.id] = number

    async def _watch_the_clock(self) -> None:
        await self._take_up()
        while True:
            now = self._journal.clock.now()
            if now.clock is not ClockState.FLOOR:
                due = partial(airings_in, since_ms=now.at_ms - PLANNED_LIFE_MS, until_ms=now.at_ms + AHEAD_MS)
                for row in await self._journal.record_surely(partial(due, states=("planned",))):
                    self._conduct(row)
            await asyncio.sleep(LOOK_S)

    async def _take_up(self) -> None:
        """What was on air when the box stopped, and what was due while it was down."""
        now_ms = self._journal.clock.now().at_ms
        states = ("planned", "airing")
        for row in await self._journal.record_surely(partial(airings_in, since_ms=0, until_ms=now_ms, states=states)):
            if row.play is not None:  # aired late, by an order of its own: the arbiter takes that up
                await self._journal.record_surely(partial(_aired_late_tx, key=row.airing.key, play=row.play))
            elif row.airing.ends_ms + PLANNED_LIFE_MS > now_ms:
                self._conduct(row)
            else:
                await self._journal.record_surely(partial(_missed_tx, row=row))

    def _conduct(self, row: AiringRow) -> None:
        if row.airing.key in self._conducted or self._group is None:
            return
        self._conducted.add(row.airing.key)
        relay = row.airing.source is Source.RELAY
        work = partial(self._conducting, row, self._carry_relay if relay else self._carry)
        self._group.create_task(run_apart(f"planned item {row.airing.key}", work))

    async def _conducting(self, row: AiringRow, carry: Callable[[AiringRow], Awaitable[None]]) -> None:
        try:
            await carry(row)
        finally:
            self._conducted.discard(row.airing.key)

    async def _carry_relay(self, row: AiringRow) -> None:
        await self._until(row.airing.at_ms)
        await self._relays.carry(row.airing)
        self._bus.publish(BulletinChanged())

    async def _carry(self, row: AiringRow) -> None:
        """The nodes that hold it play it by themselves; the others are sent the same order; the arbiter knows of it."""
        assert row.order is not None
        order = await self._journal.record_surely(partial(planned_order, order=row.order))
        horns, held = await self._who(order)
        verdicts: list[Verdict] = []
        async with asyncio.TaskGroup() as group:
            group.create_task(self._delivery.play(order, None, horns, held=held))
            group.create_task(self._hold_air(row, order, verdicts))
        if await self._journal.record_surely(partial(_all_refused, order=order.id)):
            await self._arbiter.air_late(row.airing.key, LATE)
        elif Verdict.NOW in verdicts or Verdict.PREEMPT in verdicts:
            await self._arbiter.end_planned(row.airing.key, order)
        else:
            await self._journal.record_surely(partial(_ended_tx, key=row.airing.key, order=order.id))
        self._bus.publish(PlanChanged())

    async def _hold_air(self, row: AiringRow, order: OrderRow, verdicts: list[Verdict]) -> None:
        await self._until(row.airing.at_ms)
        decision = await self._arbiter.begin_planned(row.airing.key, order)
        verdicts.append(decision.verdict)
        log.info("planned item %s (order %s): %s", row.airing.key, order.id, decision.reason)

    async def _who(self, order: OrderRow) -> tuple[list[Horn], frozenset[HornId]]:
        """Who owes a report, and who of them plays without us."""
        names = await self._journal.record_surely(partial(owing, order=order.id))
        held = await self._journal.record_surely(partial(holders, order=order.id))
        now = self._journal.clock.steady()
        whole = frozenset(name for name in held if name in self._horns and _is_whole(self._horns[name], now))
        return [horn for name, horn in self._horns.items() if name in names], whole

    async def _until(self, at_ms: int) -> None:
        while (left_ms := at_ms - self._journal.clock.now().at_ms) > 0:  # noqa: ASYNC110 - no event tells of a set clock
            await asyncio.sleep(min(left_ms / 1000, LOOK_S))


def _is_whole(horn: Horn, now: float) -> bool:
    """Whether a node that holds the plan has its clips and knows the time; what is out of reach said so before."""
    heard_lately = horn.seen is not None and now - horn.seen < STATE_STALE_S and horn.state.online
    return (horn.state.plan_missing == 0 and not horn.lost_nonce) if heard_lately else True


def _clips_needed(tx: Tx) -> dict[str, tuple[str, ...]]:
    needed: dict[str, tuple[str, ...]] = {}
    for row in programmes_on(tx):
        for part in row.programme.parts:
            if part.source is Source.NOTICE:
                with contextlib.suppress(FinalError):
                    needed[part.ref] = tuple(clip.sha256 for clip in approved_recording(tx, part.ref).clips)
    return needed


def _all_refused(tx: Tx, order: str) -> bool:
    """Every horn that spoke refused it: something else sounded there."""
    rows = tx.run("SELECT outcome FROM horn_report WHERE horn_order = ? AND outcome IS NOT NULL", order).fetchall()
    said = [outcome for (outcome,) in rows if outcome != Outcome.UNKNOWN]
    return bool(said) and all(outcome == Outcome.REFUSED for outcome in said)


def _ended_tx(tx: Tx, key: str, order: str) -> None:
    """It did not hold the air by our books; its horns say what became of it."""
    row = tx.row(
        "SELECT sum(outcome IN ('PLAYED', 'PARTIAL')), count(outcome) FROM horn_report WHERE horn_order = ?", order
    )
    if row is not None and row[0]:
        move_airing(tx, key, "aired")
    else:
        move_airing(tx, key, "unknown", "Chưa cụm loa nào báo là đã phát.")


def _aired_late_tx(tx: Tx, key: str, play: str) -> None:
    """All its reports came before the box stopped: then nobody else closes it."""
    if not owing(tx, play):
        _ended_tx(tx, key, play)


def _missed_tx(tx: Tx, row: AiringRow) -> None:
    """Its time passed while the box was down."""
    if row.order is None:
        move_airing(tx, row.airing.key, "dropped", "Hộp không chạy lúc đến giờ phát.")
        return
    close_unheld(tx, row.order, NEVER_CAME)
    _ended_tx(tx, row.airing.key, row.order)
