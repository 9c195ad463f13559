"""Keeps the outbox within its bounds: forgets, compacts and drops in small pieces, so that nobody waits for it."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection
from functools import partial
from typing import TypeVar

from edge.core.moment import ClockState, Moment
from edge.core.policy.compaction import ABOVE, Levels
from edge.core.policy.lanes import DAY_MS, KEPT_ACKED_MS, Drop, Lane, what_to_drop
from edge.core.policy.room import Level
from edge.kernel.keep_running import keep_running
from edge.store.dead_letters import send_again
from edge.store.journal import Journal
from edge.store.outbox import lane_loads
from edge.store.outbox_room import acked_rows, compact, drop, forget_acked, forget_dead, tell_unqueued

log = logging.getLogger(__name__)

TICK_S = 10.0
MOST_A_TICK = 20
"""Pieces of work; a box whose room is short does not stop at them."""
BETWEEN_S = 0.05
"""Between two pieces of work others write."""
TRUSTED_MS = DAY_MS
"""What waits is never dropped for its age before the clock went on evenly for a day: one step of a year ahead would
make everything too old."""
STEP_MS = 60_000
T = TypeVar("T")


class EvenClock:
    """Whether the wall clock has gone on like the steady one for long enough to call something old."""

    def __init__(self) -> None:
        self._offset_ms: float | None = None
        self._since_s = 0.0

    def trusted(self, now: Moment) -> bool:
        """Ask often: a step between two questions is seen by the second."""
        offset_ms = now.at_ms - now.steady * 1000
        even = self._offset_ms is not None and abs(offset_ms - self._offset_ms) < STEP_MS
        self._offset_ms = offset_ms
        if not even or now.clock is not ClockState.SYNCED:
            self._since_s = now.steady
            return False
        return (now.steady - self._since_s) * 1000 >= TRUSTED_MS


class OutboxKeeper:
    """``level`` tells how short room is; ``levels`` the heights of a station that matter. Sends dead letters again."""

    def __init__(self, journal: Journal, level: Callable[[], Level], levels: Levels) -> None:
        self._journal = journal
        self._level = level
        self._levels = levels
        self._clock = EvenClock()
        self._compacted = 0

    async def run(self) -> None:
        """Tidy until cancelled."""
        await keep_running("outbox", self._tidy_for_ever)

    async def send_again(self, ids: Collection[str], user: str, role: str) -> int:
        """Put these dead letters (none named: the oldest thousand) back into their lanes; how many."""
        return await self._journal.record(lambda tx: send_again(tx, ids or None, user, role))

    async def _tidy_for_ever(self) -> None:
        while True:
            await self.tidy()
            await asyncio.sleep(TICK_S)

    async def tidy(self) -> int:
        """One round: everything that is due; how many rows went."""
        now = self._journal.clock.now()
        trusted = self._clock.trusted(now)
        gone = await self._again(partial(self._forget, now=now))
        gone += await self._again(forget_dead)
        gone += await self._compact(now)
        gone += await self._again(partial(self._drop, now=now, by_age=trusted))
        if self._level() is not Level.RED:
            await self._journal.with_connection(partial(tell_unqueued, now=now))
        return gone

    async def _again(self, work: Callable[[sqlite3.Connection], int]) -> int:
        """A piece of work after the other until nothing is left to do."""
        total = pieces = 0
        while count := await self._journal.with_connection(work):
            total, pieces = total + count, pieces + 1
            if pieces >= MOST_A_TICK and self._level() is Level.GREEN:
                break
            await asyncio.sleep(BETWEEN_S)
        return total

    def _forget(self, connection: sqlite3.Connection, now: Moment) -> int:
        """What arrived a month ago; all that arrived while room is short. Without a clock nothing is old."""
        if self._level() is not Level.GREEN:
            return forget_acked(connection, None)
        return 0 if now.clock is ClockState.FLOOR else forget_acked(connection, now.at_ms - KEPT_ACKED_MS)

    async def _compact(self, now: Moment) -> int:
        gone = 0
        for _ in range(MOST_A_TICK):
            done = await self._journal.with_connection(partial(self._compact_piece, now=now))
            gone += done[1]
            if done[0] == self._compacted:
                break
            self._compacted = done[0]
            await asyncio.sleep(BETWEEN_S)
        return gone

    def _compact_piece(self, connection: sqlite3.Connection, now: Moment) -> tuple[int, int]:
        waiting = next(load.count for load in lane_loads(connection) if load.lane is Lane.TELEMETRY)
        if waiting <= ABOVE:
            return self._compacted, 0
        done = compact(connection, self._compacted, self._levels, now)
        return done.after, done.gone

    def _drop(self, connection: sqlite3.Connection, now: Moment, *, by_age: bool) -> int:
        wanted = what_to_drop(
            lane_loads(connection), now.at_ms if by_age else None, self._level(), acked_rows(connection)
        )
        return sum(self._drop_one(connection, one, now) for one in wanted)

    def _drop_one(self, connection: sqlite3.Connection, wanted: Drop, now: Moment) -> int:
        count = drop(connection, wanted, now)
        if count:
            log.warning(
                "outbox: %d events of lane %d dropped (%s), told in a tombstone", count, wanted.lane, wanted.why
            )
        return count
