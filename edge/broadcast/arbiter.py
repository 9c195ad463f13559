"""Gives out air time: one sound a horn at a time, the stronger first, STOP above all. It obeys the policy."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from edge.broadcast.air import Air, Books, Programme, ordered_of
from edge.broadcast.airing import Airing
from edge.broadcast.horns import Horn, horns_in
from edge.broadcast.left_open import left_open
from edge.broadcast.orders import OrderMaker, Wanted
from edge.broadcast.starter import Begun, Starter
from edge.core.broadcast import Operation, Priority
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.moment import Steady
from edge.core.news import BulletinChanged
from edge.core.place import HamletId, HornId
from edge.core.policy.airtime import (
    Asked,
    Close,
    Decision,
    End,
    Ended,
    Item,
    Limits,
    Queue,
    Start,
    Tick,
    Verdict,
)
from edge.core.programme import DAY_MS, local_day, midnight_ms
from edge.kernel.bus import Bus
from edge.kernel.keep_running import run_apart
from edge.store.journal import Journal, Tx
from edge.store.orders import OrderRow
from edge.store.pieces import (
    Piece,
    airing_piece,
    allow_at_night,
    bulletin_piece,
    cut,
    end_waiting,
    heard_of,
    is_leaving,
    move_piece,
    piece_of_play,
    settle_left_airing,
    settle_piece,
    spent_on,
    still_waits,
    waiting_pieces,
)

log = logging.getLogger(__name__)

AIRABLE = frozenset({"approved", "aired", "stopped", "dropped"})
WAITED = frozenset({"airing", "queued"})
TRY_AGAIN_S = 1.0
SERVE_EVERY_S = 30.0
"""Quiet hours begin, and who waited too long is told so, without anybody's asking."""


class Arbiter:
    """Owns what is on air and what waits."""

    def __init__(
        self,
        horns: dict[HornId, Horn],
        orders: OrderMaker,
        airing: Airing,
        journal: Journal,
        bus: Bus,
        limits: Limits | None = None,
    ) -> None:
        self._horns = horns
        self._orders = orders
        self._airing = airing
        self._starter = Starter(horns, orders, airing, journal)
        self._journal = journal
        self._bus = bus
        self._air = Air(limits or Limits(), journal.clock)
        self._group: asyncio.TaskGroup | None = None
        self.listening = asyncio.Event()
        self._turn = asyncio.Lock()
        self.asks = self._air.asks
        self.rules = self._air.rules

    @property
    def programmes(self) -> dict[str, Programme]:
        """What is on air, by its id."""
        return self._air.programmes

    async def run(self) -> None:
        """Take up what a restart left open, then serve until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._air.clear()
                async with self._turn:  # a press that comes meanwhile is no play of an earlier life
                    await self._resume()
                await asyncio.sleep(0)  # each of them asks now
                self.listening.set()
                while True:
                    await self._air_waiting()
                    await asyncio.sleep(SERVE_EVERY_S)
        finally:
            self._group = None

    async def air(self, bulletin: str, user: str, role: str, press: str, *, at_night: bool = False) -> str:
        """Air an approved bulletin: its new state, ``airing`` or ``queued``.

        The same press is aired once. ``at_night``: also in quiet hours. Raises FinalError when it is not approved, or
        not allowed now.
        """
        async with self._turn:
            piece, known, books = await self._journal.record(partial(self._press_tx, bulletin=bulletin, press=press))
            self._air.read(books)
            if known:
                return piece.state
            if piece.state in WAITED:
                raise FinalError("Bản tin này đang phát hoặc đang chờ phát.")
            if piece.state not in AIRABLE:
                raise FinalError("Bản tin chưa được duyệt nên chưa phát được.")

            def pressed(tx: Tx) -> None:
                if bulletin_piece(tx, bulletin).state != piece.state:
                    raise TransientError("Bản tin vừa đổi trạng thái, xin xem lại.")
                tx.run("INSERT INTO press (id, bulletin, at_ms) VALUES (?, ?, ?)", press, bulletin, tx.now.at_ms)
                tx.deed(user, role, "bulletin.air", f"{bulletin} at_night" if at_night else bulletin)
                if at_night:
                    allow_at_night(tx, bulletin)

            return await self._ask(replace(piece, at_night=at_night), user, pressed)

    async def air_standby(self, bulletin: str, by: str) -> None:
        """The box airs an approved bulletin by itself, where something else fell silent."""
        async with self._turn:
            piece = await self._journal.record(partial(bulletin_piece, bulletin=bulletin))
            if piece.state not in AIRABLE:
                raise FinalError("Bản tin chờ sẵn chưa được duyệt hoặc đang phát.")
            await self._read_books()
            await self._ask(piece, by, lambda tx: tx.deed(by, "plan", "bulletin.air", bulletin))

    async def choose(self, first: str, second: str, user: str, role: str) -> None:
        """A person puts one *ưu tiên* before another (R1); raises FinalError when that is no question any more."""
        async with self._turn:
            await self._read_books()
            if {first, second} not in [{ask.first, ask.second} for ask in self._air.questions()]:
                raise FinalError("Hai tin này không còn chờ chọn thứ tự.")
            await self._journal.record(lambda tx: tx.deed(user, role, "urgent.order", f"{first} < {second}"))
            self._air.choose(first, second)
        await self._air_waiting()

    def yield_air(self, hamlets: frozenset[HamletId]) -> None:
        """A STOP goes out: who sounds there alone no longer holds the horns, whatever reports are still to come."""
        self._air.yield_to_stop(hamlets)
        self._bus.publish(BulletinChanged())

    async def prepare(self, bulletin: str, user: str) -> None:
        """Have an approved bulletin's clips ready on its horns, so that the button is quick; else PLAY fetches them."""
        try:
            prepare, horns = await self._starter.prepare(bulletin, user)
            self._spawn(f"preparing {bulletin}", partial(self._airing.prepare, prepare, horns))
        except MolangError as error:
            log.warning("bulletin %s is not prepared: %s", bulletin, error)

    def check_talk(self, priority: Priority, hamlets: frozenset[HamletId]) -> list[str]:
        """Titles of what a talk would take the air from; raises FinalError when it must not sound there now."""
        decision = self._air.judge(Item("", priority, hamlets, 0.0))
        if decision.verdict not in (Verdict.NOW, Verdict.PREEMPT):
            raise FinalError(decision.reason)
        return [self.programmes[name].piece.title for name in decision.cuts if name in self.programmes]

    async def talk(
        self,
        priority: Priority,
        hamlets: tuple[HamletId, ...],
        make: Callable[[Tx], OrderRow],
        reported: Callable[[], None],
    ) -> OrderRow:
        """Give the air to a talk now; ``make`` stores its LIVE order, ``reported`` is called with its last report.

        Raises FinalError when something stronger sounds there, or in quiet hours.
        """
        meant = frozenset(hamlets)
        async with self._turn:
            self._check_serving()
            await self._read_books()
            self.check_talk(priority, meant)
            cuts = self._air.judge(Item("", priority, meant, 0.0)).cuts
            order = await self._journal.record(partial(_with_cuts_tx, make=make, cuts=cuts))
            until = Steady(self._journal.clock.now().steady + order.ms / 1000)
            self._air.hold(Item(order.id, priority, meant, order.ms / 1000, talk=True), until, cuts)
        self._spawn(f"talk {order.id}", partial(self._sound_talk, order, horns_in(self._horns, meant), reported))
        return order

    def talk_is_over(self, order: OrderRow) -> None:
        """Its horns play out and report: till then a notice waits, but neither an alarm nor who speaks again."""
        self._air.wind_up(order.id)

    async def begin_planned(self, key: str, play: OrderRow) -> Decision:
        """The time of a planned item has come: it holds its horns if nothing stronger does. The nodes act alike."""
        async with self._turn:
            await self._read_books()
            piece = await self._journal.record_surely(partial(airing_piece, key=key))
            decision = self._air.judge(self._air.item_of(piece, planned=True))
            if decision.verdict in (Verdict.NOW, Verdict.PREEMPT):
                begin = partial(_with_cuts_tx, make=partial(_planned_tx, piece=piece, play=play), cuts=decision.cuts)
                await self._journal.record_surely(begin)
                self._air.take(piece, play, decision.cuts)
                self._bus.publish(BulletinChanged())
            return decision

    async def end_planned(self, key: str, play: OrderRow) -> None:
        """All who can have reported a planned item."""
        await self._settle(await self._journal.record_surely(partial(airing_piece, key=key)), play)

    async def air_late(self, key: str, why: str) -> None:
        """No horn could play a planned item at its time: it waits for its turn like everything else."""
        async with self._turn:
            await self._journal.record_surely(lambda tx: move_piece(tx, airing_piece(tx, key), "waits", why))
            self._air.drop(key)  # nowhere does it sound: it must not wait for itself
        await self._air_waiting()

    async def test(self, horn: HornId, wanted: Wanted, role: str) -> None:
        """Sound a short recording on one horn and report."""

        def work(tx: Tx) -> tuple[OrderRow, OrderRow]:
            tx.deed(wanted.by_user, role, "horn.test", horn)
            prepare = self._orders.prepare(tx, wanted)
            return prepare, self._orders.play(tx, wanted, prepare, Operation.TEST)

        prepare, play = await self._journal.record(work)
        self._spawn(f"test {play.id}", partial(self._airing.play, play, prepare, [self._horns[horn]]))

    async def _ask(self, piece: Piece, user: str, because: Callable[[Tx], None]) -> str:
        """Air it or queue it; ``because`` is written in the same transaction, and may refuse it by raising."""
        self._check_serving()
        actions = self._air.decide(Asked(self._air.item_of(piece)), self._air.books.waiting)
        mine = ordered_of(actions, piece.id)
        if isinstance(mine, Close):
            raise FinalError(mine.reason)
        if isinstance(mine, Start):
            await self._begin(piece, mine, user, because)
            return "airing"
        reason = mine.reason if isinstance(mine, Queue) else ""
        await self._queue(piece, reason, because)
        return "queued"

    async def _begin(self, piece: Piece, start: Start, user: str, because: Callable[[Tx], None]) -> None:
        equals = [name for name in start.cuts if self._air.priority_of(name) == piece.priority]
        ending = [play for name in equals if (play := self._air.play_of(name)) is not None]
        begun = await self._starter.begin(piece, start, user, because, ending)
        self._air.take(piece, begun.play, start.cuts)
        self._bus.publish(BulletinChanged())
        self._spawn(f"{piece.shelf} {piece.id}", partial(self._sound_begun, piece, begun))

    async def _sound_begun(self, piece: Piece, begun: Begun) -> None:
        await self._starter.silence_equals(begun)
        stopped = not self._air.sounds_by(piece.id, begun.play.id)
        await self._sound(piece, begun.prepare, begun.play, self._horns_of(piece), stopped=stopped)

    async def _queue(self, piece: Piece, reason: str, because: Callable[[Tx], None]) -> None:
        def work(tx: Tx) -> None:
            because(tx)
            if not piece.waits_since:
                move_piece(tx, piece, "waits", reason)

        await self._journal.record(work)
        await self._read_books()
        self._bus.publish(BulletinChanged())

    async def _sound(
        self,
        piece: Piece,
        prepare: OrderRow | None,
        play: OrderRow,
        horns: Sequence[Horn],
        *,
        stopped: bool = False,
    ) -> None:
        with ExitStack() as broken_off:
            broken_off.callback(self._air.drop, piece.id)
            await self._airing.play(play, prepare, horns, stopped=stopped)
            broken_off.pop_all()
        await self._settle(piece, play)

    async def _settle(self, piece: Piece, play: OrderRow) -> None:
        """The last report is in: it was aired, waits to be aired on, or is over."""
        heard_s, whole = await self._journal.record_surely(partial(heard_of, play=play.id))
        async with self._turn:
            ours = self._air.sounds_by(piece.id, play.id)
            actions = self._air.decide(Ended(piece.id, heard_s, whole)) if ours else ()
            if ours:
                self._air.drop(piece.id)
            end = ordered_of(actions, piece.id) or Close(piece.id, End.AIRED, "")
            await self._journal.record_surely(partial(settle_piece, piece=piece, play=play.id, end=end))
        self._bus.publish(BulletinChanged())
        await self._air_waiting()

    async def _sound_talk(self, order: OrderRow, horns: Sequence[Horn], reported: Callable[[], None]) -> None:
        try:
            await self._airing.play(order, None, horns)
        finally:
            self._air.drop(order.id)
            reported()
        await self._air_waiting()

    async def _air_waiting(self) -> None:
        """Start whatever may sound now of what waits, the stronger first."""
        async with self._turn:
            while not await self._served():  # noqa: ASYNC110 - a disk that works again sets no event
                await asyncio.sleep(TRY_AGAIN_S)

    async def _served(self) -> bool:
        """False while the disk fails: what waits must be read anew, for a STOP may be written before it works again."""
        try:
            while not await self._served_all():
                pass
        except TransientError as error:
            log.warning("what waits for air time waits on: %s", error)
            return False
        return True

    async def _served_all(self) -> bool:
        """False when one cannot be aired: it is shown as failed, and those behind it are asked again."""
        await self._read_books(surely=True)
        pieces = {piece.id: piece for piece in self._air.books.waiting}
        for action in self._air.decide(Tick(), self._air.books.waiting):
            if isinstance(action, Close):
                await self._give_up(pieces[action.id], "dropped", action.reason)
            elif isinstance(action, Start):
                piece = pieces[action.item.id]
                try:
                    await self._begin(piece, action, piece.author, partial(still_waits, piece=piece))
                except FinalError as error:
                    await self._give_up(piece, "failed", str(error))
                    return False
        return True

    async def _give_up(self, piece: Piece, state: str, why: str) -> None:
        await self._journal.record_surely(partial(end_waiting, piece=piece, state=state, why=why))
        self._bus.publish(BulletinChanged())

    async def _read_books(self, *, surely: bool = False) -> None:
        self._air.read(await (self._journal.record_surely if surely else self._journal.record)(self._books_tx))

    def _books_tx(self, tx: Tx) -> Books:
        today = midnight_ms(local_day(tx.now.at_ms))
        return Books(tuple(waiting_pieces(tx)), spent_on(tx, today, today + DAY_MS, self._air.rules.limits))

    def _press_tx(self, tx: Tx, bulletin: str, press: str) -> tuple[Piece, bool, Books]:
        known = tx.row("SELECT 1 FROM press WHERE id = ?", press) is not None
        return bulletin_piece(tx, bulletin), known, self._books_tx(tx)

    async def _resume(self) -> None:
        """Plays of an earlier life that some horn owes a report for. What a STOP ended is not sent again."""
        for play, horns in await left_open(self._journal, self._horns):
            of_play = partial(piece_of_play, play=play.id, bulletin=play.bulletin)
            piece = await self._journal.record_surely(of_play)
            if piece is None:
                over = play.op is Operation.LIVE  # its key died with the box: only reports can still come
                self._spawn(f"test {play.id}", partial(self._airing.play, play, None, horns, stopped=over))
                continue
            stopped = piece.state == "stopped"
            if not stopped:
                self._air.take(piece, play)
                if await self._journal.record_surely(partial(is_leaving, item=piece.id)):
                    self._air.leave(piece.id)
            self._spawn(f"{piece.shelf} {piece.id}", partial(self._sound, piece, None, play, horns, stopped=stopped))
        under_way = list(self.programmes)
        await self._journal.record_surely(partial(settle_left_airing, under_way=under_way))

    def _horns_of(self, piece: Piece) -> list[Horn]:
        return horns_in(self._horns, frozenset(map(HamletId, piece.hamlets)))

    def _check_serving(self) -> asyncio.TaskGroup:
        if self._group is None:
            raise TransientError("Bộ phận phát thanh chưa sẵn sàng.")
        return self._group

    def _spawn(self, name: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Apart: what fails at one bulletin harms no other."""
        self._check_serving().create_task(run_apart(name, work))


def _with_cuts_tx(tx: Tx, make: Callable[[Tx], OrderRow], cuts: Sequence[str]) -> OrderRow:
    for name in cuts:
        cut(tx, name)
    return make(tx)


def _planned_tx(tx: Tx, piece: Piece, play: OrderRow) -> OrderRow:
    move_piece(tx, piece, "airing")
    return play
