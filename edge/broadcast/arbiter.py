"""Gives out air time: one bulletin a horn at a time, the stronger first, STOP above all."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from functools import partial

from edge.broadcast.airing import Airing
from edge.broadcast.horns import Horn, horns_in
from edge.broadcast.orders import OrderMaker, Wanted
from edge.core.broadcast import Operation, Priority
from edge.core.errors import FinalError, TransientError
from edge.core.moment import Steady
from edge.core.news import BulletinChanged
from edge.core.place import HamletId, HornId
from edge.core.policy.airtime import OnAir, Request, Verdict, decide
from edge.kernel.bus import Bus
from edge.store.bulletins import BulletinRow, bulletins_in, get_bulletin, get_recording, set_state
from edge.store.journal import Journal, Tx
from edge.store.orders import OrderRow, open_reports

log = logging.getLogger(__name__)

PRIORITIES = {"thuong": Priority.THUONG, "uu_tien": Priority.UU_TIEN, "khan_cap": Priority.KHAN_CAP}
LONGEST_START_S = 100.0
"""From the order to the first sound, when clips must be fetched over a thin link."""


@dataclass(frozen=True, slots=True)
class Programme:
    """A bulletin on air: its play order and when it began."""

    bulletin: BulletinRow
    play: OrderRow
    began_at_ms: int


class Arbiter:
    """Owns what is on air and what waits."""

    def __init__(
        self, horns: dict[HornId, Horn], orders: OrderMaker, airing: Airing, journal: Journal, bus: Bus
    ) -> None:
        self._horns = horns
        self._orders = orders
        self._airing = airing
        self._journal = journal
        self._bus = bus
        self._group: asyncio.TaskGroup | None = None
        self.listening = asyncio.Event()
        self._turn = asyncio.Lock()
        self._on_air: dict[str, OnAir] = {}
        self.programmes: dict[str, Programme] = {}

    async def run(self) -> None:
        """Take up what a restart left open, then serve until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            for order, horns in await self._left_open():
                group.create_task(self._airing.play(order, None, horns))
            await asyncio.sleep(0)  # each of them asks now
            self.listening.set()
            for bulletin in await self._journal.record(lambda tx: bulletins_in(tx, "airing")):
                await self._journal.record(partial(set_state, bulletin=bulletin, state="aired"))
            await self._next()
            await asyncio.Event().wait()

    async def air(self, bulletin: str, user: str, role: str, press: str) -> str:
        """Air an approved bulletin: its new state, ``airing`` or ``queued``.

        The same press is aired once. Raises FinalError when it is not approved.
        """
        async with self._turn:
            fresh = await self._journal.record(partial(_press, bulletin=bulletin, user=user, role=role, press=press))
            return await self._start(bulletin, user) if fresh else "airing"

    async def prepare(self, bulletin: str, user: str) -> None:
        """Have an approved bulletin's clips ready on its horns, so that the button is quick."""
        row, prepare = await self._journal.record(partial(self._prepare_tx, bulletin=bulletin, user=user))
        self._spawn(self._airing.prepare(prepare, self._horns_of(row)))

    async def stop(self, hamlets: Sequence[HamletId], user: str, role: str) -> None:
        """Silence these hamlets at once, and what waits for air time too."""
        silenced = horns_in(self._horns, frozenset(hamlets))
        broken = [
            item.bulletin.id for item in self.programmes.values() if _share(self._horns_of(item.bulletin), silenced)
        ]

        def work(tx: Tx) -> OrderRow:
            tx.deed(user, role, "horns.stop", ",".join(hamlets))
            for bulletin in broken + bulletins_in(tx, "queued"):
                set_state(tx, bulletin, "stopped")
            return self._orders.stop(tx, hamlets, user)

        order = await self._journal.record(work)
        self._spawn(self._airing.stop(order, silenced))
        self._bus.publish(BulletinChanged())

    async def test(self, horn: HornId, wanted: Wanted) -> None:
        """Sound a short recording on one horn and report."""

        def work(tx: Tx) -> tuple[OrderRow, OrderRow]:
            prepare = self._orders.prepare(tx, wanted)
            return prepare, self._orders.play(tx, wanted, prepare, Operation.TEST)

        prepare, play = await self._journal.record(work)
        self._spawn(self._airing.play(play, prepare, [self._horns[horn]]))

    async def _start(self, bulletin: str, user: str) -> str:
        row = await self._journal.record(partial(get_bulletin, bulletin=bulletin))
        hamlets = frozenset(HamletId(hamlet) for hamlet in row.hamlets)
        request = Request(PRIORITIES[row.priority], hamlets)
        now = self._journal.clock.now()
        decision = decide(tuple(self._on_air.values()), request, now.steady)
        if decision.verdict is Verdict.WAIT:
            await self._journal.record(partial(set_state, bulletin=bulletin, state="queued", comment=decision.reason))
            self._bus.publish(BulletinChanged())
            return "queued"
        prepare, play = await self._journal.record(partial(self._play_tx, row=row, user=user))
        until = Steady(now.steady + LONGEST_START_S + play.ms / 1000)
        self._on_air[play.id] = OnAir(play.id, request.priority, hamlets, until)
        self.programmes[play.id] = Programme(row, play, now.at_ms)
        self._spawn(self._sound(row, prepare, play))
        self._bus.publish(BulletinChanged())
        return "airing"

    async def _sound(self, row: BulletinRow, prepare: OrderRow, play: OrderRow) -> None:
        try:
            await self._airing.play(play, prepare, self._horns_of(row))
        finally:
            del self._on_air[play.id], self.programmes[play.id]
        await self._journal.record(partial(_aired, bulletin=row.id))
        self._bus.publish(BulletinChanged())
        async with self._turn:
            await self._next()

    async def _next(self) -> None:
        """Start whatever may sound now of what waits."""
        waiting = await self._journal.record(lambda tx: [get_bulletin(tx, name) for name in bulletins_in(tx, "queued")])
        for row in sorted(waiting, key=lambda row: -PRIORITIES[row.priority]):
            await self._start(row.id, row.author)

    async def _left_open(self) -> list[tuple[OrderRow, list[Horn]]]:
        """Orders of an earlier life that some horn still owes a report for."""
        owed: dict[str, tuple[OrderRow, list[Horn]]] = {}
        for order, horn in await self._journal.record(open_reports):
            if HornId(horn) in self._horns:
                owed.setdefault(order.id, (order, []))[1].append(self._horns[HornId(horn)])
        return list(owed.values())

    def _wanted(self, tx: Tx, row: BulletinRow, user: str) -> Wanted:
        if row.recording is None:
            raise FinalError("Bản tin chưa có bản ghi âm.")
        return Wanted(
            bulletin=row.id,
            recording=get_recording(tx, row.recording),
            hamlets=tuple(HamletId(hamlet) for hamlet in row.hamlets),
            horns=tuple(horn.id for horn in self._horns_of(row)),
            priority=PRIORITIES[row.priority],
            by_user=user,
        )

    def _prepare_tx(self, tx: Tx, bulletin: str, user: str) -> tuple[BulletinRow, OrderRow]:
        row = get_bulletin(tx, bulletin)
        return row, self._orders.prepare(tx, self._wanted(tx, row, user))

    def _play_tx(self, tx: Tx, row: BulletinRow, user: str) -> tuple[OrderRow, OrderRow]:
        wanted = self._wanted(tx, row, user)
        prepare = self._orders.prepare(tx, wanted)
        play = self._orders.play(tx, wanted, prepare)
        set_state(tx, row.id, "airing")
        return prepare, play

    def _horns_of(self, row: BulletinRow) -> list[Horn]:
        return horns_in(self._horns, frozenset(HamletId(hamlet) for hamlet in row.hamlets))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        if self._group is None:
            work.close()
            raise TransientError("Bộ phận phát thanh chưa sẵn sàng.")
        self._group.create_task(work)


def _press(tx: Tx, bulletin: str, user: str, role: str, press: str) -> bool:
    row = get_bulletin(tx, bulletin)
    if row.state not in ("approved", "aired", "stopped"):
        known = tx.row("SELECT 1 FROM press WHERE id = ?", press)
        if known:
            return False
        raise FinalError("Bản tin chưa được duyệt nên chưa phát được.")
    added = tx.run(
        "INSERT OR IGNORE INTO press (id, bulletin, at_ms) VALUES (?, ?, ?)", press, bulletin, tx.now.at_ms
    ).rowcount
    if added:
        tx.deed(user, role, "bulletin.air", bulletin)
    return bool(added)


def _aired(tx: Tx, bulletin: str) -> None:
    """A bulletin that was stopped stays stopped."""
    if get_bulletin(tx, bulletin).state == "airing":
        set_state(tx, bulletin, "aired")


def _share(one: Sequence[Horn], other: Sequence[Horn]) -> bool:
    return bool({horn.id for horn in one} & {horn.id for horn in other})
