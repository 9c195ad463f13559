"""Gives out air time: one bulletin a horn at a time, the stronger first, STOP above all."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from functools import partial

from edge.broadcast.airing import Airing
from edge.broadcast.horns import Horn, horns_in
from edge.broadcast.orders import OrderMaker, Wanted
from edge.core.broadcast import HornReport, Operation, OrderId, Outcome, Priority
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.moment import Steady
from edge.core.news import BulletinChanged
from edge.core.place import HamletId, HornId
from edge.core.policy.airtime import OnAir, Request, Verdict, decide
from edge.kernel.bus import Bus
from edge.kernel.keep_running import run_apart
from edge.store.bulletins import BulletinRow, bulletins_in, get_bulletin, get_recording, set_state
from edge.store.journal import Journal, Tx
from edge.store.orders import OrderRow, close_report, open_reports

log = logging.getLogger(__name__)

PRIORITIES = {"thuong": Priority.THUONG, "uu_tien": Priority.UU_TIEN, "khan_cap": Priority.KHAN_CAP}
AIRABLE = frozenset({"approved", "aired", "stopped"})
WAITED = frozenset({"airing", "queued"})
TRY_AGAIN_S = 1.0
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
        self._talks: dict[str, list[Horn]] = {}

    async def run(self) -> None:
        """Take up what a restart left open, then serve until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._on_air.clear()
                self.programmes.clear()
                self._talks.clear()
                async with self._turn:  # a press that comes meanwhile is no play of an earlier life
                    await self._resume()
                await asyncio.sleep(0)  # each of them asks now
                self.listening.set()
                await self._air_waiting()
                await asyncio.Event().wait()
        finally:
            self._group = None

    async def air(self, bulletin: str, user: str, role: str, press: str) -> str:
        """Air an approved bulletin: its new state, ``airing`` or ``queued``.

        The same press is aired once. Raises FinalError when it is not approved.
        """
        async with self._turn:
            row, known = await self._journal.record(partial(_row_and_press, bulletin=bulletin, press=press))
            if known:
                return row.state
            if row.state in WAITED:
                raise FinalError("Bản tin này đang phát hoặc đang chờ phát.")
            if row.state not in AIRABLE:
                raise FinalError("Bản tin chưa được duyệt nên chưa phát được.")

            def pressed(tx: Tx) -> None:
                if get_bulletin(tx, bulletin).state != row.state:
                    raise TransientError("Bản tin vừa đổi trạng thái, xin xem lại.")
                tx.run("INSERT INTO press (id, bulletin, at_ms) VALUES (?, ?, ?)", press, bulletin, tx.now.at_ms)
                tx.deed(user, role, "bulletin.air", bulletin)

            return await self._start(row, user, pressed)

    def yield_air(self, silenced: Sequence[Horn]) -> None:
        """A STOP goes out: who sounds on these horns alone no longer holds them, whatever reports are still to come."""
        names = {horn.id for horn in silenced}
        for play, item in list(self.programmes.items()):
            if names.issuperset(horn.id for horn in self._horns_of(item.bulletin)):
                del self.programmes[play], self._on_air[play]
        for talk, horns in list(self._talks.items()):
            if names.issuperset(horn.id for horn in horns):
                del self._talks[talk], self._on_air[talk]
        self._bus.publish(BulletinChanged())

    async def prepare(self, bulletin: str, user: str) -> None:
        """Have an approved bulletin's clips ready on its horns, so that the button is quick; else PLAY fetches them."""
        try:
            row, prepare = await self._journal.record(partial(self._prepare_tx, bulletin=bulletin, user=user))
            self._spawn(f"preparing {bulletin}", partial(self._airing.prepare, prepare, self._horns_of(row)))
        except MolangError as error:
            log.warning("bulletin %s is not prepared: %s", bulletin, error)

    def check_talk(self, priority: Priority, hamlets: frozenset[HamletId]) -> list[str]:
        """Titles of what a talk would take the air from; raises FinalError when something stronger sounds there."""
        now = self._journal.clock.now().steady
        decision = decide(tuple(self._on_air.values()), Request(priority, hamlets), now)
        if decision.verdict is Verdict.WAIT:
            raise FinalError(decision.reason)
        taken = [self.programmes.get(order) for order in decision.preempts]
        return [item.bulletin.text[:120] for item in taken if item is not None]

    async def talk(
        self,
        priority: Priority,
        hamlets: tuple[HamletId, ...],
        make: Callable[[Tx], OrderRow],
        reported: Callable[[], None],
    ) -> OrderRow:
        """Give the air to a talk now; ``make`` stores its LIVE order, ``reported`` is called with its last report.

        Raises FinalError when something stronger sounds there.
        """
        meant = frozenset(hamlets)
        horns = horns_in(self._horns, meant)
        async with self._turn:
            self._check_serving()
            self.check_talk(priority, meant)
            order = await self._journal.record(make)
            until = Steady(self._journal.clock.now().steady + order.ms / 1000)
            self._on_air[order.id] = OnAir(order.id, priority, meant, until)
            self._talks[order.id] = horns
        self._spawn(f"talk {order.id}", partial(self._sound_talk, order, horns, reported))
        return order

    def talk_is_over(self, order: OrderRow) -> None:
        """Its horns play out and report: till then a notice waits, but neither an alarm nor who speaks again."""
        item = self._on_air.get(order.id)
        if item is not None:
            self._on_air[order.id] = replace(item, priority=Priority.UU_TIEN)

    async def _sound_talk(self, order: OrderRow, horns: Sequence[Horn], reported: Callable[[], None]) -> None:
        try:
            await self._airing.play(order, None, horns)
        finally:
            self._on_air.pop(order.id, None)
            self._talks.pop(order.id, None)
            reported()
        await self._air_waiting()

    async def test(self, horn: HornId, wanted: Wanted, role: str) -> None:
        """Sound a short recording on one horn and report."""

        def work(tx: Tx) -> tuple[OrderRow, OrderRow]:
            tx.deed(wanted.by_user, role, "horn.test", horn)
            prepare = self._orders.prepare(tx, wanted)
            return prepare, self._orders.play(tx, wanted, prepare, Operation.TEST)

        prepare, play = await self._journal.record(work)
        self._spawn(f"test {play.id}", partial(self._airing.play, play, prepare, [self._horns[horn]]))

    async def _start(self, row: BulletinRow, user: str, because: Callable[[Tx], None]) -> str:
        """Air it or queue it; ``because`` is written in the same transaction, and may refuse it by raising."""
        self._check_serving()
        hamlets = frozenset(HamletId(hamlet) for hamlet in row.hamlets)
        now = self._journal.clock.now()
        decision = decide(tuple(self._on_air.values()), Request(PRIORITIES[row.priority], hamlets), now.steady)
        if decision.verdict is Verdict.WAIT:
            return await self._queue(row, decision.reason, because)

        def work(tx: Tx) -> tuple[OrderRow, OrderRow]:
            because(tx)
            wanted = self._wanted(tx, row, user)
            prepare = self._orders.prepare(tx, wanted)
            set_state(tx, row.id, "airing")
            return prepare, self._orders.play(tx, wanted, prepare)

        prepare, play = await self._journal.record(work)
        self._take_the_air(row, play)
        self._spawn(f"bulletin {row.id}", partial(self._sound, row.id, prepare, play, self._horns_of(row)))
        return "airing"

    async def _queue(self, row: BulletinRow, reason: str, because: Callable[[Tx], None]) -> str:
        def work(tx: Tx) -> None:
            because(tx)
            if row.state != "queued":
                set_state(tx, row.id, "queued", reason)

        await self._journal.record(work)
        self._bus.publish(BulletinChanged())
        return "queued"

    def _take_the_air(self, row: BulletinRow, play: OrderRow) -> None:
        now = self._journal.clock.now()
        hamlets = frozenset(HamletId(hamlet) for hamlet in row.hamlets)
        until = Steady(now.steady + LONGEST_START_S + play.ms / 1000)
        self._on_air[play.id] = OnAir(play.id, PRIORITIES[row.priority], hamlets, until)
        self.programmes[play.id] = Programme(row, play, now.at_ms)
        self._bus.publish(BulletinChanged())

    async def _sound(
        self,
        bulletin: str,
        prepare: OrderRow | None,
        play: OrderRow,
        horns: Sequence[Horn],
        *,
        stopped: bool = False,
    ) -> None:
        try:
            await self._airing.play(play, prepare, horns, stopped=stopped)
        finally:
            self._on_air.pop(play.id, None)
            self.programmes.pop(play.id, None)
        await self._journal.record_surely(partial(_aired, bulletin=bulletin, play=play.id))
        self._bus.publish(BulletinChanged())
        await self._air_waiting()

    async def _air_waiting(self) -> None:
        """Start whatever may sound now of what waits, the stronger first."""
        async with self._turn:
            while not await self._started_waiting():  # noqa: ASYNC110 - a disk that works again sets no event
                await asyncio.sleep(TRY_AGAIN_S)

    async def _started_waiting(self) -> bool:
        """False while the disk fails: what waits must be read anew, for a STOP may be written before it works again.

        One that cannot be aired is shown as failed and does not stop those behind it.
        """
        waiting = await self._journal.record_surely(_queued)
        for row in sorted(waiting, key=lambda row: -PRIORITIES[row.priority]):
            try:
                await self._start(row, row.author, partial(_still_waits, bulletin=row.id))
            except TransientError as error:
                log.warning("bulletin %s waits on: %s", row.id, error)
                return False
            except FinalError as error:
                await self._journal.record_surely(partial(_cannot_air, bulletin=row.id, why=str(error)))
        return True

    async def _resume(self) -> None:
        """Plays of an earlier life that some horn owes a report for. What a STOP ended is not sent again."""
        for play, horns in await self._left_open():
            if play.bulletin is None:
                over = play.op is Operation.LIVE  # its key died with the box: only reports can still come
                self._spawn(f"test {play.id}", partial(self._airing.play, play, None, horns, stopped=over))
                continue
            row = await self._journal.record_surely(partial(get_bulletin, bulletin=play.bulletin))
            stopped = row.state == "stopped"
            if not stopped:
                self._take_the_air(row, play)
            self._spawn(f"bulletin {row.id}", partial(self._sound, row.id, None, play, horns, stopped=stopped))
        under_way = [item.bulletin.id for item in self.programmes.values()]
        await self._journal.record_surely(partial(_settle_airing, under_way=under_way))

    async def _left_open(self) -> list[tuple[OrderRow, list[Horn]]]:
        owed: dict[str, tuple[OrderRow, list[Horn]]] = {}
        for order, name in await self._journal.record_surely(open_reports):
            horn = self._horns.get(HornId(name))
            if horn is None:
                await self._journal.record_surely(partial(close_report, report=_horn_is_gone(order, name)))
            else:
                owed.setdefault(order.id, (order, []))[1].append(horn)
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

    def _horns_of(self, row: BulletinRow) -> list[Horn]:
        return horns_in(self._horns, frozenset(HamletId(hamlet) for hamlet in row.hamlets))

    def _check_serving(self) -> asyncio.TaskGroup:
        if self._group is None:
            raise TransientError("Bộ phận phát thanh chưa sẵn sàng.")
        return self._group

    def _spawn(self, name: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Apart: what fails at one bulletin harms no other."""
        self._check_serving().create_task(run_apart(name, work))


def _row_and_press(tx: Tx, bulletin: str, press: str) -> tuple[BulletinRow, bool]:
    return get_bulletin(tx, bulletin), tx.row("SELECT 1 FROM press WHERE id = ?", press) is not None


def _queued(tx: Tx) -> list[BulletinRow]:
    return [get_bulletin(tx, name) for name in bulletins_in(tx, "queued")]


def _still_waits(tx: Tx, bulletin: str) -> None:
    """A STOP may have come since it was read."""
    if get_bulletin(tx, bulletin).state != "queued":
        raise FinalError("Bản tin không còn chờ phát.")


def _cannot_air(tx: Tx, bulletin: str, why: str) -> None:
    if get_bulletin(tx, bulletin).state == "queued":
        set_state(tx, bulletin, "failed", why)


def _horn_is_gone(order: OrderRow, horn: str) -> HornReport:
    reason = "Cụm loa không còn trong cấu hình."
    return HornReport(OrderId.parse(order.id), HornId(horn), Outcome.UNKNOWN, reason, None, None, None)


def _settle_airing(tx: Tx, under_way: Sequence[str]) -> None:
    """Bulletins that were on air when the box stopped, and whose reports are all in."""
    for bulletin in bulletins_in(tx, "airing"):
        if bulletin not in under_way:
            set_state(tx, bulletin, "aired")


def _aired(tx: Tx, bulletin: str, play: str) -> None:
    """Unless it was stopped, or aired again meanwhile."""
    newer = tx.row(
        "SELECT 1 FROM horn_order WHERE op = 'play' AND bulletin = ?1 AND rowid >"
        " (SELECT rowid FROM horn_order WHERE id = ?2)",
        bulletin,
        play,
    )
    if newer is None and get_bulletin(tx, bulletin).state == "airing":
        set_state(tx, bulletin, "aired")
