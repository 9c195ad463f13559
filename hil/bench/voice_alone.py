"""A week without box, broker and link: every planned item from the node's disk, every report afterwards, once.

The box is the product's own, killed with SIGKILL and started again; time is injected into the nodes. The orders lie in
the box's store with the horns that owe a report, and in a signed plan a node, as its planner would make them.
"""

import asyncio
import json
import signal
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge.core.broadcast import MediaRef, Operation, Order, OrderId, Priority
from edge.core.moment import AtMs
from edge.core.place import HamletId, HornId
from edge.core.plan import Plan
from edge.kernel.clock import SystemClock
from edge.kernel.wire.order import order_to_payload
from edge.store.journal import Journal, Tx
from edge.store.late import hold_reports
from edge.store.orders import OrderRow, add_order
from hil.access import new_access
from hil.bench.outcome import BenchUnavailableError, Say
from hil.bench.voice_nodes import BOX, COMMUNE, HAMLET, BoxEnd, VoiceNodes
from hil.crystal import InjectedTime
from hil.harness import Program, python
from hil.ports import free_ports
from hil.toml_text import Value, table

NODES = 2
DAYS, A_DAY = 7, 6
BLIND_DAY, KILL_DAY = 3, 5
"""On one day the nodes do not know the time; on another one of them is killed in mid-play."""
FIRST_SEQ = 1_000_000
"""Beyond what the box itself numbers in these minutes: its own planner, which knows no such items, has older plans."""
LIFE_MS, DAY_MS = 60_000, 86_400_000
AHEAD_MS, TONE_S = 1_500, 0.4
PLAYED_S, READY_S, BACK_S = 8.0, 40.0, 90.0


@dataclass
class Week:
    """What was seen. ``late_ms`` of each item that sounded; ``sounded`` counts by (order, horn)."""

    items: int = 0
    late_ms: list[float] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    blind_items: int = 0
    blind_sounded: int = 0
    cut: str = ""
    again_after_cut: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    told_more_than_once: int = 0
    open_reports: int = 0
    still_held: int = 0


def measure(say: Say) -> Week:
    """Live through the week."""
    with tempfile.TemporaryDirectory(prefix="mo-alone-") as name:
        root = Path(name)
        time_file = root / "time"
        extra = {f"loa-{n}": ("--time", str(time_file)) for n in range(1, NODES + 1)}
        injected = InjectedTime(time_file)
        with VoiceNodes(root, NODES, extra=extra) as nodes:
            return asyncio.run(_Bench(nodes, injected, say).run())


class _Bench:
    def __init__(self, nodes: VoiceNodes, injected: InjectedTime, say: Say) -> None:
        self._nodes = nodes
        self._time = injected
        self._say = say
        self._week = Week()
        self._database = nodes.root / "box" / "molang.db"

    async def run(self) -> Week:
        items = await self._planned()
        await self._given(items)
        self._say("box and broker killed")
        for name in ("molang", "broker"):
            self._nodes.harness.kill(name)
        self._nodes.harness.kill("clips", signal.SIGTERM)
        for number, item in enumerate(items):
            self._say(f"item {number + 1}/{len(items)}")
            day = number // A_DAY
            if day == BLIND_DAY:
                await self._blind(item, last=number % A_DAY == A_DAY - 1)
            elif day == KILL_DAY and number % A_DAY == 0:
                await self._cut(item)
            else:
                await self._aired(item)
        await self._afterwards(items)
        return self._week

    async def _planned(self) -> list[Order]:
        """In the store, as owed by every horn and held by every node; before the box starts."""
        clip = self._nodes.tone(TONE_S)
        journal = await Journal.open(self._database, SystemClock())
        now = int(time.time() * 1000)
        step_ms = DAY_MS // A_DAY
        items = [_item(journal.epoch, n, AtMs(now + (n + 1) * step_ms), clip) for n in range(DAYS * A_DAY)]
        try:
            await journal.record(lambda tx: self._store(tx, items))
        finally:
            journal.close()
        self._week.items = len(items)
        return items

    def _store(self, tx: Tx, items: Sequence[Order]) -> None:
        for item in items:
            payload = order_to_payload(self._nodes.key.sign(item))
            length_ms = sum(ref.ms for ref in item.media)
            row = OrderRow(str(item.id), item.op, None, None, 1, (HAMLET,), length_ms, item.exp_ms, "bench", payload)
            add_order(tx, row, self._nodes.names)
            for name in self._nodes.names:
                hold_reports(tx, name, [row.id])

    async def _given(self, items: Sequence[Order]) -> None:
        """Every node has its plan with all clips, and the real box runs beside them."""
        async with self._nodes.box() as box:
            for name in self._nodes.names:
                await box.plan(_plan(name, items))
            await self._until_held(box, str(OrderId(items[0].id.epoch, FIRST_SEQ + 9_000)))
        self._start_box()
        await asyncio.sleep(3.0)

    async def _until_held(self, box: BoxEnd, plan: str) -> None:
        def held() -> bool:
            states = [box.states.get(name, {}) for name in self._nodes.names]
            return all(s.get("plan") == plan and s["plan_missing"] == 0 and s.get("player_pid") for s in states)

        try:
            await box.until(held, READY_S)
        except TimeoutError as cause:
            raise BenchUnavailableError(f"the nodes do not hold the plan: {box.states}") from cause

    async def _aired(self, item: Order) -> None:
        self._time.jump_to(item.at_ms - AHEAD_MS)
        firsts = await self._heard(item)
        for name in self._nodes.names:
            if name in firsts:
                self._week.late_ms.append(firsts[name])
            else:
                self._week.silent.append(f"{item.id}/{name}")
        await asyncio.sleep(TONE_S + 0.4)

    async def _cut(self, item: Order) -> None:
        """One node dies in the middle of the item and is started again; it must not begin again."""
        victim = self._nodes.names[0]
        self._time.jump_to(item.at_ms - AHEAD_MS)
        firsts = await self._heard(item)
        self._week.late_ms += firsts.values()
        self._nodes.harness.kill(victim)
        self._week.cut = f"{item.id}/{victim}"
        killed = time.monotonic()
        await asyncio.sleep(0.5)
        self._nodes.start_node(victim)
        await asyncio.sleep(4.0)
        again = self._nodes.observed.some("sound", victim, since=killed + 0.4, phase="first")
        self._week.again_after_cut = len(list(again))

    async def _blind(self, item: Order, *, last: bool) -> None:
        """Across an item without knowing the time: nothing sounds."""
        self._time.know(known=False)
        self._time.jump_to(item.at_ms - AHEAD_MS)
        since = time.monotonic()
        await asyncio.sleep(AHEAD_MS / 1000 + 1.0)
        self._time.jump_to(item.exp_ms + 1)
        await asyncio.sleep(0.3)
        self._week.blind_items += 1
        self._week.blind_sounded += len(list(self._nodes.observed.some("sound", since=since, phase="first")))
        if last:
            self._time.know(known=True)
            await asyncio.sleep(1.5)

    async def _heard(self, item: Order) -> dict[str, float]:
        """Milliseconds after its time at which each horn began, by injected time."""
        until = time.monotonic() + PLAYED_S
        began = time.monotonic() - 0.5
        firsts: dict[str, float] = {}
        while len(firsts) < len(self._nodes.names) and time.monotonic() < until:
            await asyncio.sleep(0.02)
            for seen in self._nodes.observed.some("sound", since=began, phase="first"):
                wall_ms = (time.time() - time.monotonic() + seen.steady + self._time.jump_s) * 1000
                firsts.setdefault(seen.who, wall_ms - item.at_ms)
        return firsts

    async def _afterwards(self, items: Sequence[Order]) -> None:
        self._say("box and broker are back")
        self._nodes.start_broker()
        self._start_box()
        until = time.monotonic() + BACK_S
        while self._open_reports() and time.monotonic() < until:  # noqa: ASYNC110 - another process writes them
            await asyncio.sleep(0.5)
        await asyncio.sleep(3.0)
        self._week.open_reports = self._open_reports()
        outcomes = self._ask("SELECT outcome, count(*) FROM horn_report GROUP BY outcome")
        self._week.outcomes = {str(outcome): int(count) for outcome, count in outcomes}
        told = self._ask("SELECT count(*) FROM outbox WHERE type = 'horn.reported' GROUP BY subject")
        self._week.told_more_than_once = sum(count != 1 for (count,) in told)
        if len(told) != len(items) * NODES:
            self._week.told_more_than_once += abs(len(told) - len(items) * NODES)
        async with self._nodes.box() as box:
            await asyncio.sleep(3.0)
            self._week.still_held = sum(int(state.get("held") or 0) for state in box.states.values())

    def _open_reports(self) -> int:
        return int(self._ask("SELECT count(*) FROM horn_report WHERE outcome IS NULL")[0][0])

    def _ask(self, question: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._database)) as connection:
            connection.execute("PRAGMA query_only = ON")
            return connection.execute(question).fetchall()

    def _start_box(self) -> None:
        command = python("edge", "run", "--config", self._box_settings())
        socket = self._nodes.root / "box" / "run" / "control.sock"
        socket.unlink(missing_ok=True)
        self._nodes.harness.start(Program("molang", command, socket.exists, ready_s=READY_S))
        self._nodes.harness.wait_ready("molang")

    def _box_settings(self) -> Path:
        nodes, access = self._nodes, new_access()
        own = nodes.authority.issue(BOX)
        web, live = free_ports([0, 0])
        tls: dict[str, Value] = {"ca": str(nodes.authority.ca), "cert": str(own.cert), "key": str(own.key)}
        url = f"https://127.0.0.1:{nodes.media_port}/media"
        parts = [
            table("commune", {"id": COMMUNE, "name": "Bãi thử", "data": str(nodes.root / "box")}),
            table("web", {"port": web, "wall_token": access.wall_token}),
            table("live", {"port": live, "url": f"ws://127.0.0.1:{live}"}),
            table("broker", {"port": nodes.broker_port, **tls}),
            table("media", {"port": nodes.media_port, "url": url, **tls}),
            table("vision", {"model": "none"}),
            table("[hamlet]", {"id": HAMLET, "name": "Thôn"}),
            *(table("[horn]", {"id": name, "name": name, "hamlet": HAMLET}) for name in nodes.names),
        ]
        path = nodes.root / "molang.toml"
        path.write_text("\n".join(parts), "utf-8")
        path.chmod(0o600)
        return path


def _item(epoch: int, number: int, at_ms: AtMs, clip: MediaRef) -> Order:
    return Order(
        OrderId(epoch, FIRST_SEQ + number),
        Operation.PLAY,
        (HamletId(HAMLET),),
        None,
        Priority.THUONG,
        AtMs(at_ms - DAY_MS),
        AtMs(at_ms + LIFE_MS),
        at_ms,
        (clip,),
    )


def _plan(name: str, items: Sequence[Order]) -> Plan:
    now = AtMs(int(time.time() * 1000))
    number = OrderId(items[0].id.epoch, FIRST_SEQ + 9_000)
    return Plan(number, HornId(name), (HamletId(HAMLET),), now, AtMs(now + 14 * DAY_MS), tuple(items))


def report(week: Week) -> str:
    """What went wrong, for the note."""
    return json.dumps({"silent": week.silent[:5], "outcomes": week.outcomes}, ensure_ascii=False)
