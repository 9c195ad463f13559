"""STOP: silence first, whatever else is broken.

A STOP waits for nothing: not for air time, not for an airing that hangs, and not for a disk that does not answer. As a
rule it is stored and then sent, like every order (law 1). Storing takes milliseconds; when it has not succeeded after
PATIENCE_S the STOP goes out at once, signed with a number that was reserved and stored beforehand, and is written down
as soon as the disk works again. That is safe because silence can be ordered twice and harms nobody, and because a
reserved number is never given to another order (law 7). Whoever pressed the button is told that it is not written yet.
"""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from edge.broadcast.airing import Airing
from edge.broadcast.horns import Horn, horns_in
from edge.broadcast.orders import OrderMaker
from edge.core.broadcast import OrderId
from edge.core.errors import FinalError, TransientError
from edge.core.news import BulletinChanged
from edge.core.place import HamletId, HornId
from edge.core.policy.airtime import share_a_horn
from edge.kernel.bus import Bus
from edge.kernel.keep_running import run_apart
from edge.store.bulletins import stop_bulletins
from edge.store.ids import newest_order_seq
from edge.store.journal import Journal, Tx
from edge.store.orders import OrderRow, last_stops
from edge.store.programmes import stop_airings

log = logging.getLogger(__name__)

PATIENCE_S = 0.15
ANSWER_S = 3.0
"""The page waits 5 s for its answer."""
SPARES = 4
RENEW_S = 1_800.0
WORN = 256
"""A node takes a number that lies at most 1,023 below the newest: reserved ones must not grow old."""
UNWRITTEN = "Lệnh dừng đã gửi tới loa, nhưng đĩa chưa ghi được. Hãy xem loa đã im chưa và báo kỹ thuật viên."


@dataclass(slots=True)
class _Stop:
    """One press of the button on its way."""

    hamlets: tuple[HamletId, ...]
    horns: list[Horn]
    user: str
    role: str
    sent: OrderRow | None = None
    written: asyncio.Event = field(default_factory=asyncio.Event)


class Silencer:
    """Owns every STOP until the horns confirm it."""

    def __init__(
        self, horns: Mapping[HornId, Horn], orders: OrderMaker, airing: Airing, journal: Journal, bus: Bus
    ) -> None:
        self._horns = dict(horns)
        self._orders = orders
        self._airing = airing
        self._journal = journal
        self._bus = bus
        self._spares: list[OrderId] = []
        self._used = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Take up what a restart left open, then serve until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                group.create_task(run_apart("unfinished STOPs", self._resume))
                await self._keep_spares()
        finally:
            self._group = None

    async def stop(self, hamlets: Sequence[HamletId], user: str, role: str) -> None:
        """Silence these hamlets at once, and what waits for air time there too.

        Raises FinalError for an unknown hamlet, and TransientError when the STOP went out but is not stored yet.
        """
        stop = self._meant(hamlets, user, role)
        self._airing.hush(stop.horns)
        self._spawn(run_apart("STOP", partial(self._write, stop)))
        if not await _within(stop.written, PATIENCE_S):
            self._send_unwritten(stop)
        if not await _within(stop.written, ANSWER_S):
            raise TransientError(UNWRITTEN)

    def _meant(self, hamlets: Sequence[HamletId], user: str, role: str) -> _Stop:
        horns = self._in(hamlets)
        if not horns:
            raise FinalError("Không có cụm loa nào ở thôn này.")
        return _Stop(tuple(hamlets), horns, user, role)

    async def _write(self, stop: _Stop) -> None:
        order = await self._journal.record_surely(partial(self._stop_tx, stop=stop))
        if stop.sent is not None and stop.sent.id != order.id:
            await self._journal.record_surely(partial(self._orders.keep, row=stop.sent))
        stop.written.set()
        self._bus.publish(BulletinChanged())
        if stop.sent is None or stop.sent.id != order.id:
            await self._airing.stop(order, stop.horns)

    def _stop_tx(self, tx: Tx, stop: _Stop) -> OrderRow:
        meant = frozenset(stop.hamlets)
        tx.deed(stop.user, stop.role, "horns.stop", ",".join(stop.hamlets))
        stop_bulletins(tx, lambda hamlets: share_a_horn(frozenset(map(HamletId, hamlets)), meant))
        stop_airings(tx, lambda hamlets: share_a_horn(frozenset(map(HamletId, hamlets)), meant))
        if stop.sent is None:
            return self._orders.stop(tx, stop.hamlets, stop.user)
        self._orders.keep(tx, stop.sent)
        return stop.sent

    def _send_unwritten(self, stop: _Stop) -> None:
        if not self._spares:
            log.error("STOP by %s waits for the disk: no reserved number is left", stop.user)
            return
        now = self._journal.clock.now()
        stop.sent = self._orders.sign_stop(self._spares.pop(0), now.at_ms, stop.hamlets, stop.user)
        self._used.set()
        log.warning("STOP %s goes out before it is written: the disk is slow", stop.sent.id)
        self._spawn(self._airing.stop(stop.sent, stop.horns))

    async def _keep_spares(self) -> None:
        while True:
            self._used.clear()
            self._spares = await self._journal.record_surely(partial(self._reserve, spares=list(self._spares)))
            await _within(self._used, RENEW_S)

    def _reserve(self, tx: Tx, spares: list[OrderId]) -> list[OrderId]:
        """New ones only when they are used or old: each takes a number away from what is planned for two weeks."""
        fresh = newest_order_seq(tx.connection) - WORN
        if len(spares) == SPARES and all(spare.seq > fresh for spare in spares):
            return spares
        return [self._orders.reserve(tx) for _ in range(SPARES)]

    async def _resume(self) -> None:
        """A STOP of an earlier life goes out again, except where something was ordered to sound after it."""
        async with asyncio.TaskGroup() as group:
            for stop in await self._journal.record_surely(last_stops):
                again = {horn.id for horn in self._in(stop.sound_again)}
                horns = [horn for horn in self._in(stop.order.hamlets) if horn.id not in again]
                group.create_task(self._airing.stop(stop.order, horns))

    def _in(self, hamlets: Iterable[str]) -> list[Horn]:
        return horns_in(self._horns, frozenset(map(HamletId, hamlets)))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        if self._group is None:
            work.close()
            raise TransientError("Bộ phận phát thanh chưa sẵn sàng.")
        self._group.create_task(work)


async def _within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
