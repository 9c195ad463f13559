"""Makes the orders that put a piece on air, and ends the equal ones that people put behind it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from edge.broadcast.airing import Airing
from edge.broadcast.horns import Horn, horns_in
from edge.broadcast.orders import OrderMaker, Wanted
from edge.core.place import HamletId, HornId
from edge.core.policy.airtime import Start
from edge.kernel.keep_running import run_apart
from edge.store.journal import Journal, Tx
from edge.store.orders import OrderRow
from edge.store.pieces import Piece, bulletin_piece, cut, move_piece, rest_of_recording, set_play

SILENCED_WITHIN_S = 2.0
"""An equal one that gives way must be silent before the other is ordered, or its horn would refuse that."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A piece that was put on air; ``ending`` are plays that give way to their equal, each with its own STOP."""

    prepare: OrderRow
    play: OrderRow
    ending: tuple[tuple[OrderRow, OrderRow], ...]


class Starter:
    """Keeps orders before anybody hears of them (law 1)."""

    def __init__(self, horns: dict[HornId, Horn], orders: OrderMaker, airing: Airing, journal: Journal) -> None:
        self._horns = horns
        self._orders = orders
        self._airing = airing
        self._journal = journal

    async def prepare(self, bulletin: str, user: str) -> tuple[OrderRow, list[Horn]]:
        """An order to fetch a bulletin's clips, and the horns that it is for."""

        def work(tx: Tx) -> tuple[OrderRow, Piece]:
            piece = bulletin_piece(tx, bulletin)
            return self._orders.prepare(tx, self._wanted(tx, piece, user, 0.0)), piece

        order, piece = await self._journal.record(work)
        return order, self._horns_of(piece.hamlets)

    async def begin(
        self,
        piece: Piece,
        start: Start,
        user: str,
        because: Callable[[Tx], None],
        ending: Sequence[OrderRow],
    ) -> Begun:
        """Store everything that this start needs; ``because`` is in the same transaction, and may refuse by raising."""

        def work(tx: Tx) -> Begun:
            because(tx)
            for name in start.cuts:
                cut(tx, name)
            stops = [self._orders.stop_play(tx, play, tuple(map(HamletId, play.hamlets)), user) for play in ending]
            wanted = self._wanted(tx, piece, user, start.gain_db)
            prepare = self._orders.prepare(tx, wanted)
            move_piece(tx, piece, "airing")
            play = self._orders.play(tx, wanted, prepare)
            set_play(tx, piece, play.id)
            return Begun(prepare, play, tuple(zip(stops, ending, strict=True)))

        return await self._journal.record(work)

    async def silence_equals(self, begun: Begun) -> None:
        """Have those that give way fall silent; a horn that does not confirm it is not waited for."""
        if begun.ending:
            tasks = [asyncio.ensure_future(self._end_play(stop, play)) for stop, play in begun.ending]
            await asyncio.wait(tasks, timeout=SILENCED_WITHIN_S)

    async def _end_play(self, stop: OrderRow, play: OrderRow) -> None:
        horns = self._horns_of(play.hamlets)
        self._airing.end_play(play, horns)
        await run_apart(f"STOP {stop.id} of {play.id}", partial(self._airing.stop, stop, horns))

    def _wanted(self, tx: Tx, piece: Piece, user: str, gain_db: float) -> Wanted:
        return Wanted(
            bulletin=piece.bulletin,
            recording=rest_of_recording(tx, piece),
            hamlets=tuple(map(HamletId, piece.hamlets)),
            horns=tuple(horn.id for horn in self._horns_of(piece.hamlets)),
            priority=piece.priority,
            by_user=user,
            gain_db=gain_db,
        )

    def _horns_of(self, hamlets: Sequence[str]) -> list[Horn]:
        return horns_in(self._horns, frozenset(map(HamletId, hamlets)))
