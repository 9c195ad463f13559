"""A node: hears orders, judges them, carries them out, and tells how it is."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from drivers.base import Amplifier
from edge.core.broadcast import AckState, Operation, Order
from edge.core.errors import TransientError
from edge.core.place import HamletId, HornId
from edge.kernel.clock import Clock
from edge.kernel.wire.node import NodeSetup
from edge.kernel.wire.player import PlayerSetup
from edge.node.cache import ClipCache
from edge.node.fetch import Clips
from edge.node.gate import Gate, Reason, Refusal
from edge.node.link import CMD, LIVE, NodeLink
from edge.node.performer import Performer
from edge.node.player import Player
from edge.node.power import Power
from edge.node.reporter import Reporter
from edge.node.telemetry import Facts, Telemetry
from edge.node.tls import client_context
from edge.node.volume import Volume
from edge.node.window import ReplayWindow

log = logging.getLogger(__name__)

MOST_ORDERS = 16
"""Orders under way at once; one more is refused, except STOP."""


def is_power_of_ten(count: int) -> bool:
    """When to log a repeated refusal: a flood of forgeries must not fill the journal."""
    return str(count).rstrip("0") == "1"


class Agent:
    """One horn. ``run`` returns when the link is gone for good; the amplifier is off before and after."""

    def __init__(self, setup: NodeSetup, link: NodeLink, amplifier: Amplifier, clock: Clock) -> None:
        folder = Path(setup.data_folder)
        folder.mkdir(parents=True, exist_ok=True)
        horn = HornId(setup.horn)
        hamlets = frozenset(map(HamletId, setup.hamlets))
        self._link = link
        self._clock = clock
        self._window = ReplayWindow(folder / "seen.json")
        self._gate = Gate(horn, hamlets, setup.order_keys, self._window, clock)
        self._power = Power(amplifier)
        self._player = Player(PlayerSetup(setup.sound_kind, setup.sound), self._changed)
        self._volume = Volume(folder / "volume")
        self._reporter = Reporter(horn, link, clock, self._changed)
        cache = ClipCache(folder / "clips", setup.cache_mb)
        self._clips = Clips(cache, setup.media_url, client_context(setup))
        self._performer = Performer(
            clips=self._clips,
            cache=cache,
            power=self._power,
            player=self._player,
            volume=self._volume,
            reporter=self._reporter,
            clock=clock,
            link=link,
        )
        self._telemetry = Telemetry(link, setup.state_every_s, folder, self._facts)
        self._under_way: set[asyncio.Task[None]] = set()
        self._born = clock.steady()
        self._disk_fault = ""

    async def run(self) -> None:
        """Serve until the link is gone or this task is cancelled."""
        await self._switch_off()
        try:
            async with self._clips, asyncio.TaskGroup() as group:
                parts = (self._link.run(), self._player.run(), self._power.guard(), self._telemetry.run())
                tasks = [group.create_task(part) for part in parts]
                try:
                    async for topic, payload in self._link.messages():
                        if topic == CMD:
                            await self._take(payload, group)
                        elif topic == LIVE:
                            self._performer.ear.hear(payload)
                finally:
                    await self._end_orders()
                    for task in tasks:
                        task.cancel()
        finally:
            await self._switch_off()

    async def _end_orders(self) -> None:
        """While the link still lives, so that each order ends in its report."""
        under_way = list(self._under_way)
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.wait(under_way)

    async def _switch_off(self) -> None:
        """Off; a board that does not answer is told in ``state`` and asked again by the guard."""
        with suppress(TransientError):
            await self._power.off()

    async def _take(self, payload: bytes, group: asyncio.TaskGroup) -> None:
        verdict = self._gate.judge(payload)
        if isinstance(verdict, Refusal):
            await self._refuse(verdict)
        elif verdict.op is Operation.STOP:  # silence first: a replayed STOP does no harm
            self._start(verdict, group)
            await self._keep_window()
        elif len(self._under_way) >= MOST_ORDERS:
            await self._reporter.say(verdict.id, AckState.REFUSED, f"Nút đang có {MOST_ORDERS} lệnh dở dang.")
        else:
            await self._keep_window()
            self._start(verdict, group)
        self._telemetry.nudge()

    async def _refuse(self, refusal: Refusal) -> None:
        count = self._gate.refused[refusal.reason]
        if refusal.reason is not Reason.DUPLICATE and is_power_of_ten(count):
            log.warning("order %s not obeyed: %s (%d so far)", refusal.order or "?", refusal.reason, count)
        if refusal.order is not None:
            await self._reporter.say(refusal.order, AckState.REFUSED, refusal.sentence, refusal.reason)

    async def _keep_window(self) -> None:
        """Put the replay window on the disk before acting.

        A disk that cannot be written does not silence the horn: memory still refuses replays, and after a restart
        the expiry does. It is told in ``state``.
        """
        try:
            await asyncio.to_thread(self._window.save, self._window.as_bytes())
        except OSError as error:
            if not self._disk_fault:
                log.error("replay window cannot be kept: %s", error)  # noqa: TRY400 - the trace adds nothing
            self._disk_fault = f"Không ghi được đĩa: {error}."
        else:
            self._disk_fault = ""

    def _start(self, order: Order, group: asyncio.TaskGroup) -> None:
        task = group.create_task(self._performer.carry_out(order), name=f"order {order.id}")
        self._under_way.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._telemetry.nudge()

    def _changed(self) -> None:
        self._telemetry.nudge()

    def _facts(self) -> Facts:
        now = self._clock.now()
        current = self._performer.stage.current
        last = self._reporter.last_play
        return {
            "up_s": int(now.steady - self._born),
            "amp_on": self._power.is_on,
            "amp_fault": self._power.fault or None,
            "disk_fault": self._disk_fault or None,
            "vol": self._volume.gain_db,
            "clock": now.clock,
            "clock_words": "không biết giờ" if now.clock == "floor" else None,
            "nonce": self._gate.nonces.current(),
            "playing": str(current.order.id) if current else None,
            "last_play": {**asdict(last), "order": str(last.order)} if last else None,
            "player_pid": self._player.pid,
            "refused": dict(self._gate.refused) | dict(self._performer.ear.refused),
        }
