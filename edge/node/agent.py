"""A node: hears orders and its plan, judges them, carries them out, and tells how it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from drivers.base import Amplifier, LocalSwitch, PowerMonitor
from edge.core.broadcast import LOCAL_EPOCH, AckState, Operation, Order, OrderId
from edge.core.errors import FinalError, TransientError
from edge.core.moment import ClockState
from edge.core.place import HamletId, HornId
from edge.kernel.clock import Clock
from edge.kernel.keep_running import run_apart
from edge.kernel.wire.node import NodeSetup
from edge.kernel.wire.player import PlayerSetup
from edge.node.cabinet import Cabinet
from edge.node.cache import ClipCache
from edge.node.fetch import Clips
from edge.node.gate import Gate, Reason, Refusal
from edge.node.ledger import Ledger, Step
from edge.node.link import CMD, CONNECTED, HEARD, LIVE, PLAN, NodeLink
from edge.node.local_key import LocalKey
from edge.node.performer import Performer
from edge.node.plan_clips import PlanClips
from edge.node.plan_shelf import PlanShelf
from edge.node.planned import Planned
from edge.node.player import Player
from edge.node.power import Power
from edge.node.report_book import ReportBook
from edge.node.reporter import Reporter
from edge.node.stage import Act
from edge.node.telemetry import Facts, Telemetry
from edge.node.timekeeping import Timekeeper
from edge.node.tls import client_context
from edge.node.under_way import UnderWay
from edge.node.volume import Volume
from edge.node.window import ReplayWindow

log = logging.getLogger(__name__)

MOST_ORDERS = 16
"""Orders under way at once; one more is refused, except STOP, the plan's items and the key switch."""
STOPPED_BY_HAND = "Dừng bằng nút tại chỗ."


def is_power_of_ten(count: int) -> bool:
    """When to log a repeated refusal: a flood of forgeries must not fill the journal."""
    return str(count).rstrip("0") == "1"


@dataclass(frozen=True, slots=True)
class Devices:
    """What hangs on the node, opened."""

    amplifier: Amplifier
    switch: LocalSwitch | None = None
    meter: PowerMonitor | None = None


class Agent:
    """One horn. ``run`` returns when the link is gone for good; the amplifier is off before and after."""

    def __init__(self, setup: NodeSetup, link: NodeLink, devices: Devices, raw: Clock) -> None:
        folder = Path(setup.data_folder)
        folder.mkdir(parents=True, exist_ok=True)
        horn = HornId(setup.horn)
        hamlets = frozenset(map(HamletId, setup.hamlets))
        self._link = link
        self._time = Timekeeper(setup, raw, self._sounds, self._clock_changed)
        self._clock = clock = self._time.clock
        self._window = ReplayWindow(folder / "seen.json")
        self._ledger = Ledger(folder / "ledger")
        self._book = ReportBook(folder / "reports")
        self._gate = Gate(horn, hamlets, setup.order_keys, self._window, clock, self._ledger)
        self._power = Power(devices.amplifier)
        self._player = Player(PlayerSetup(setup.sound_kind, setup.sound), self._changed)
        self._volume = Volume(folder / "volume")
        self._reporter = Reporter(horn, link, clock, self._book, self._ledger, self._changed)
        cache = ClipCache(folder / "clips", setup.cache_mb)
        self._clips = Clips(cache, setup.media_url, client_context(setup))
        self._performer = Performer(
            clips=self._clips,
            cache=cache,
            power=self._power,
            player=self._player,
            volume=self._volume,
            reporter=self._reporter,
            ledger=self._ledger,
            window=self._window,
            clock=clock,
            link=link,
        )
        self._shelf = PlanShelf(folder / "plan", horn, setup.order_keys, self._window)
        self._ledger.prune(_surely_passed(self._time), self._shelf.numbers)
        self._plan_clips = PlanClips(self._shelf, self._clips, cache, clock)
        self._under_way = UnderWay(self._changed)
        self._planned = Planned(self._shelf, self._ledger, self._reporter, clock, self._start_planned, self._under_way)
        self._key = LocalKey(
            devices.switch, setup.switch_template, horn, self._shelf, clock, folder, self._start_local, self._stop_here
        )
        self._cabinet = Cabinet(devices.meter)
        self._telemetry = Telemetry(link, setup.state_every_s, folder, self._facts)
        self._born = clock.steady()
        self._plan_turn = asyncio.Lock()
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Serve until the link is gone or this task is cancelled."""
        await self._switch_off()
        await self._reporter.take_up()
        try:
            async with self._clips, asyncio.TaskGroup() as group:
                self._group = group
                self._under_way.open(group)
                tasks = [group.create_task(part) for part in self._parts()]
                try:
                    async for topic, payload in self._link.messages():
                        await self._hear(topic, payload)
                finally:
                    await self._under_way.end()
                    for task in tasks:
                        task.cancel()
        finally:
            await self._switch_off()

    def _parts(self) -> tuple[Coroutine[None, None, None], ...]:
        return (
            self._link.run(),
            self._player.run(),
            self._power.guard(),
            self._time.run(),
            self._planned.run(),
            self._plan_clips.run(),
            self._reporter.run(),
            self._key.run(),
            self._cabinet.run(),
            self._telemetry.run(),
        )

    async def _hear(self, topic: str, payload: bytes) -> None:
        try:
            if topic == CMD:
                await self._take(payload)
            elif topic == PLAN:
                self._beside("plan", partial(self._take_plan, payload))
            elif topic == HEARD:
                self._reporter.heard(payload)
            elif topic == CONNECTED:
                self._reporter.connected()
                self._plan_clips.changed()
            elif topic == LIVE:
                self._performer.ear.hear(payload)
        except FinalError as error:
            log.warning("%s: %s", topic, error)

    async def _take(self, payload: bytes) -> None:
        verdict = self._gate.judge(payload)
        if isinstance(verdict, Refusal):
            await self._refuse(verdict)
        elif verdict.op is Operation.STOP:  # silence first: a replayed STOP does no harm
            self._start(verdict)
            self._beside("STOP in the plan", partial(self._planned.stopped, verdict))
        elif verdict.id in self._under_way:  # the plan has it too
            await self._reporter.say(verdict.id, AckState.RECEIVED)
        elif (entry := self._ledger.entry(verdict.id)) is not None and entry.step is Step.STOPPED:
            await self._reporter.say_unplayed(verdict, AckState.PREEMPTED, f"Dừng theo lệnh {entry.by}.")
        elif len(self._under_way) >= MOST_ORDERS:
            await self._reporter.say(verdict.id, AckState.REFUSED, f"Nút đang có {MOST_ORDERS} lệnh dở dang.")
        else:
            self._start(verdict)
        self._telemetry.nudge()

    async def _refuse(self, refusal: Refusal) -> None:
        count = self._gate.refused[refusal.reason]
        if refusal.reason is not Reason.DUPLICATE and is_power_of_ten(count):
            log.warning("order %s not obeyed: %s (%d so far)", refusal.order or "?", refusal.reason, count)
        if refusal.order is not None:
            await self._reporter.say(refusal.order, AckState.REFUSED, refusal.sentence, refusal.reason)

    async def _take_plan(self, payload: bytes) -> None:
        async with self._plan_turn:
            if await self._shelf.take(payload, self._clock.now()) is not None:
                await self._performer.keep_books()
                self._planned.changed()
                self._plan_clips.changed()
        self._telemetry.nudge()

    def _beside(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """What writes to the disk must not keep the next STOP waiting."""
        assert self._group is not None
        self._group.create_task(run_apart(name, work))

    def _start(self, order: Order) -> None:
        self._under_way.start(order.id, self._performer.carry_out(order))

    def _start_planned(self, order: Order) -> None:
        self._under_way.start(order.id, self._performer.perform(Act(order, planned=True)))

    def _start_local(self, order: Order, template: str) -> None:
        self._under_way.start(order.id, self._performer.perform(Act(order, code=f"local:{template}")))
        self._telemetry.nudge()

    def _stop_here(self) -> None:
        number = OrderId(LOCAL_EPOCH, -1)
        self._under_way.start(number, self._performer.fall_silent(STOPPED_BY_HAND))

    async def _switch_off(self) -> None:
        """Off; a board that does not answer is told in ``state`` and asked again by the guard."""
        with suppress(TransientError):
            await self._power.off()

    def _sounds(self) -> bool:
        return self._performer.stage.current is not None

    def _clock_changed(self) -> None:
        self._planned.changed()
        self._telemetry.nudge()

    def _changed(self) -> None:
        self._telemetry.nudge()

    def _facts(self) -> Facts:
        now = self._clock.now()
        current = self._performer.stage.current
        last = self._reporter.last_play
        held = self._shelf.held
        cabinet = self._cabinet.reading
        return {
            "up_s": int(now.steady - self._born),
            "amp_on": self._power.is_on,
            "amp_fault": self._power.fault or None,
            "disk_fault": self._window.fault or self._ledger.fault or self._book.fault or self._shelf.fault or None,
            "vol": self._volume.gain_db,
            "clock": now.clock,
            "clock_off_ms": self._time.off_ms,
            "clock_fault": self._time.fault or None,
            "clock_words": "không biết giờ" if now.clock is ClockState.FLOOR else None,
            "nonce": self._gate.nonces.current(),
            "plan": str(held.plan.id) if held else None,
            "plan_missing": self._plan_clips.missing if held else None,
            "held": len(self._book) or None,
            "held_lost": self._book.lost or None,
            "key_fault": self._key.fault or None,
            "batt_v": cabinet.battery_v,
            "mains": cabinet.mains,
            "cabinet_c": cabinet.temp_c,
            "power_fault": self._cabinet.fault or None,
            "playing": str(current.order.id) if current else None,
            "last_play": {**asdict(last), "order": str(last.order)} if last else None,
            "player_pid": self._player.pid,
            "refused": dict(self._gate.refused) | dict(self._performer.ear.refused),
            "plans_refused": self._shelf.refused.total() or None,
        }


def _surely_passed(time: Timekeeper) -> int:
    """A time that has passed, whatever clocks say: what ended long before it need not be remembered."""
    now = time.clock.now()
    return time.clock.known_ms if now.clock is ClockState.FLOOR else now.at_ms
