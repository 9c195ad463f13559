"""Store and forward: the outbox goes to the province in order, and nothing of the box ever waits for it (law 2)."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from edge.config.schema import Hub, Way
from edge.config.ways import shapes_of
from edge.core.errors import MolangError
from edge.core.moment import AtMs, ClockState, Steady
from edge.core.news import UplinkChanged
from edge.core.policy.drain import Seen, eta_s, look
from edge.core.policy.shaping import ALL_LANES, Saver
from edge.kernel.bus import Bus
from edge.kernel.keep_running import describe, keep_running
from edge.kernel.tls_time import KnownTime
from edge.kernel.wire.event import MAX_EVENTS, BatchReply, Rejected
from edge.store.dead_letters import note_withheld
from edge.store.journal import Journal
from edge.store.outbox import StoredEvent, Turns, backlog, mark_dead, waiting_events
from edge.store.uplink import add_use, confirm, last_synced_ms, month_of, note_contact, use_of
from edge.sync.backoff import LONGEST_ASKED_S, LONGEST_NO_LINK_S, LONGEST_NOT_REACHED_S, LONGEST_REFUSED_S, Backoff
from edge.sync.cloudevents import EMPTY, Batch, pack
from edge.sync.exits import Exits
from edge.sync.gate import Gate, Pass
from edge.sync.post import NoLinkError, NotReachedError, RefusedError, SlowLineError, TooLargeError
from edge.sync.status import Reason, UplinkStatus, saver_words

log = logging.getLogger(__name__)

POLL_S = 0.5
"""A new alarm leaves within this; the question costs an index look-up."""
SIGN_OF_LIFE_S = 30.0
"""With nothing to send an empty batch goes out this often: the wall shows a dead line, the province a living box."""
RARE_SIGN_S = 600.0
"""On a way whose budget is gone: thirty megabytes of signs of life a month become two."""
LOOK_EVERY_S = 0.4
LOOK_SHARE = 20
"""Counting a backlog may take a twentieth of the writer's time: it stands in the way of what is counted."""
FIRST_BATCH = 20
"""After a pause of the line the first batch is small: an alarm must be there before the line fails again."""
ONE_BATCH_S = 1.0
"""A batch should not take longer on this line: an alarm that is born meanwhile waits for it."""
SAVE_USE_S = 60.0
"""So much of a metered way's count may be lost by a power cut while nothing is acknowledged."""


class SyncService:
    """Sends what waits, lane 0 first, one batch at a time; every event arrives once or lies in the dead letters.

    Raises MisconfiguredError when the certificates of ``hub`` cannot be used.
    """

    def __init__(self, hub: Hub | None, source: str, journal: Journal, bus: Bus, ways: Sequence[Way] = ()) -> None:
        self._known = KnownTime(journal.clock)
        self._exits = Exits(hub, ways, self._known) if hub else None
        self._source = source
        self._journal = journal
        self._bus = bus
        self._gate = Gate(shapes_of(hub) if hub else (), journal.clock)
        self._backoff = Backoff()
        self._turns = Turns()
        self._most = FIRST_BATCH
        self._month = ""
        self._saved_at_s = float("-inf")
        self._ok_at_s = float("-inf")
        self._look_due_s = float("-inf")
        self._history: tuple[Seen, ...] = ()
        self._reason = Reason.LINE_DOWN if hub else Reason.NO_HUB
        self._status = UplinkStatus("down", "Chưa nối tới tỉnh.") if hub else UplinkStatus("off", "Không nối tỉnh.")

    @property
    def status(self) -> UplinkStatus:
        """How the uplink is now."""
        return self._status

    def may_ask(self) -> bool:
        """Whether the budget of the used way still lets questions go that no alarm waits for."""
        return self._exits is None or self._exits.saver is not Saver.SPENT

    async def run(self) -> None:
        """Send until cancelled; without a hub only count what waits."""
        body = partial(self._send_for_ever, self._exits) if self._exits else self._stay_alone
        await keep_running("uplink", body, failed=self._failed)

    async def _stay_alone(self) -> None:
        while True:
            await self._pause(SIGN_OF_LIFE_S)

    async def _send_for_ever(self, exits: Exits) -> None:
        self._known.learn(await self._journal.with_connection(last_synced_ms))
        async with exits, asyncio.TaskGroup() as group:
            group.create_task(exits.watch())
            while True:
                await self._keep_count(exits)
                await self._pause(await self._step(exits))

    async def _step(self, exits: Exits) -> float:
        """Send the next batch, if there is one; returns how long to wait before the next step."""
        exits.choose()
        line, may_go = exits.line, self._gate.open(exits.saver)
        batch = await self._next_batch(may_go)
        await self._bury(batch.hopeless)
        if not batch.ids and not self._sign_of_life_due(exits.saver):
            return self._held(may_go, batch)
        began_s = _steady_s()
        try:
            reply = await line.post(batch.body)
            _check_reply(batch, reply)
        except NoLinkError as error:
            exits.tell(line, works=False)
            return self._no_link(error)
        except RefusedError as error:
            exits.tell(line, works=True)
            return await self._refused(batch, error)
        finally:
            self._gate.count(exits.count())
        exits.tell(line, works=True)
        self._suit(len(batch.ids), _steady_s() - began_s)
        return await self._arrived(exits, batch, reply)

    async def _next_batch(self, may_go: Pass) -> Batch:
        rows = await self._journal.with_connection(partial(self._rows, may_go))
        batch = await asyncio.to_thread(pack, rows, self._source) if rows else Batch((), EMPTY)
        await self._note_withheld(batch)
        return batch

    async def _note_withheld(self, batch: Batch) -> None:
        """Fields that are in no list of what may leave: a program of ours forgot to list them."""
        if not batch.withheld:
            return
        kinds = ", ".join(sorted({f"{kind} {field}" for kind, field in batch.withheld}))
        log.warning("held back, in no list of what may leave the commune: %s", kinds)
        at_ms = self._journal.clock.now().at_ms
        await self._journal.with_connection(partial(note_withheld, fields=batch.withheld, at_ms=at_ms))

    def _rows(self, may_go: Pass, connection: sqlite3.Connection) -> list[StoredEvent]:
        return waiting_events(connection, self._most, self._turns, may_go.lanes)

    def _held(self, may_go: Pass, batch: Batch) -> float:
        """Nothing goes now: because nothing waits, or because of the rate or the budget."""
        if batch.hopeless:
            return 0.0
        if self._status.state == "up":
            self._reason = may_go.reason if may_go.lanes != ALL_LANES else Reason.NOTHING
        return min(POLL_S, may_go.wait_s) if may_go.wait_s > 0 else POLL_S

    async def _arrived(self, exits: Exits, batch: Batch, reply: BatchReply) -> float:
        rejected = {one.id for one in reply.rejected}
        acked = [name for name in batch.ids if name not in rejected]
        at_ms = self._journal.clock.now().at_ms
        await self._settle(exits, acked, at_ms)
        await self._bury(reply.rejected)
        self._backoff.clear()
        self._ok_at_s = _steady_s()
        self._reason = Reason.SENDING if batch.ids else self._reason_at_rest(exits)
        self._tell("up", "", at_ms)
        if reply.retry_after > 0:
            self._reason = Reason.HUB_WAIT
            return min(reply.retry_after, LONGEST_ASKED_S)
        return 0.0 if batch.ids else POLL_S

    async def _settle(self, exits: Exits, acked: Sequence[str], at_ms: AtMs) -> None:
        """What the province has, and what it cost to tell it, in one transaction."""

        def work(connection: sqlite3.Connection) -> None:
            if acked:
                confirm(connection, acked, at_ms)
            note_contact(connection, at_ms)

        await self._save_use(exits, work)

    def _reason_at_rest(self, exits: Exits) -> Reason:
        may_go = self._gate.open(exits.saver)
        return may_go.reason if may_go.lanes != ALL_LANES else Reason.NOTHING

    def _suit(self, count: int, took_s: float) -> None:
        """Batches as long as this line carries within a second."""
        if took_s > ONE_BATCH_S and count > 1:
            self._most = max(1, int(count * ONE_BATCH_S / took_s))
        else:
            self._most = min(MAX_EVENTS, self._most * 2)

    def _no_link(self, error: NoLinkError) -> float:
        slow = isinstance(error, SlowLineError)
        self._most = max(1, self._most // 2) if slow else min(self._most, FIRST_BATCH)
        self._reason = Reason.LINE_DOWN
        self._tell("down", str(error))
        return self._backoff.next_s(LONGEST_NOT_REACHED_S if isinstance(error, NotReachedError) else LONGEST_NO_LINK_S)

    async def _refused(self, batch: Batch, error: RefusedError) -> float:
        if isinstance(error, TooLargeError) and len(batch.ids) > 1:
            self._most = len(batch.ids) // 2
            return 0.0
        if isinstance(error, TooLargeError) and batch.ids:
            await self._bury([Rejected(batch.ids[0], "Tỉnh không nhận sự kiện dài như vậy (413).")])
        self._reason = Reason.HUB_WAIT if error.asked_s else Reason.REFUSED
        self._tell("down", str(error))
        return self._backoff.next_s(LONGEST_REFUSED_S, error.asked_s)

    async def _bury(self, hopeless: Sequence[Rejected]) -> None:
        """Dead letters: kept and shown, never in the way of others."""
        if not hopeless:
            return
        log.warning("%d events are dead letters, first %s: %s", len(hopeless), hopeless[0].id, hopeless[0].reason)
        dead = [(one.id, one.reason) for one in hopeless]
        now = self._journal.clock.now()
        await self._journal.with_connection(partial(mark_dead, rejected=dead, now=now))

    async def _pause(self, wait_s: float) -> None:
        """Wait, and keep the count of what waits fresh meanwhile."""
        until_s = _steady_s() + wait_s
        await self._look()
        while (left_s := until_s - _steady_s()) > 0:
            await asyncio.sleep(min(left_s, 1.0))
            await self._look()

    async def _look(self) -> None:
        began_s = _steady_s()
        if began_s < self._look_due_s:
            return
        seen = await self._journal.with_connection(backlog)
        now_s = _steady_s()
        self._look_due_s = now_s + max(LOOK_EVERY_S, LOOK_SHARE * (now_s - began_s))
        moving = self._reason in (Reason.SENDING, Reason.SHAPED, Reason.NOTHING)
        self._history = look(self._history, Steady(now_s), seen.waiting) if moving else ()
        self._publish(
            self._with_ways(replace(self._status, backlog=seen.waiting, oldest_ms=seen.oldest_ms, sent=seen.sent))
        )

    def _with_ways(self, status: UplinkStatus) -> UplinkStatus:
        reason = self._reason if status.backlog or status.state != "up" else Reason.NOTHING
        ways = self._exits.statuses() if self._exits else ()
        detail = "".join(saver_words(way) for way in ways if way.used) if status.state == "up" else status.detail
        return replace(status, detail=detail, reason=reason, eta_s=eta_s(self._history), ways=ways)

    async def _keep_count(self, exits: Exits) -> None:
        """A new month begins with what the store knows of it; without acknowledgements it is kept each minute."""
        now = self._journal.clock.now()
        month = month_of(now.at_ms)
        if month != self._month and (not self._month or now.clock is not ClockState.FLOOR):
            self._month = month
            exits.begin_month(await self._journal.with_connection(partial(use_of, month=month)))
        self._gate.count(exits.count())
        if _steady_s() - self._saved_at_s >= SAVE_USE_S:
            await self._save_use(exits)

    async def _save_use(self, exits: Exits, work: Callable[[sqlite3.Connection], None] = lambda _: None) -> None:
        uses = exits.unsaved()

        def both(connection: sqlite3.Connection) -> None:
            work(connection)
            add_use(connection, self._month, uses)

        try:
            await self._journal.with_connection(both)
        except MolangError:
            exits.put_back(uses)
            raise
        self._saved_at_s = _steady_s()

    def _sign_of_life_due(self, saver: Saver) -> bool:
        every_s = RARE_SIGN_S if saver is Saver.SPENT else SIGN_OF_LIFE_S
        return self._status.state != "up" or _steady_s() - self._ok_at_s >= every_s

    def _failed(self, error: BaseException) -> None:
        self._tell("off" if self._exits is None else "down", f"Lỗi trong hộp: {describe(error)}.")

    def _tell(self, state: Literal["up", "down", "off"], detail: str, ok_ms: AtMs | None = None) -> None:
        if state != self._status.state:
            log.log(logging.INFO if state == "up" else logging.WARNING, "uplink %s%s", state, detail and f": {detail}")
        status = replace(self._status, state=state, detail=detail, last_ok_ms=ok_ms or self._status.last_ok_ms)
        self._publish(self._with_ways(status))

    def _publish(self, status: UplinkStatus) -> None:
        if status != self._status:
            self._status = status
            self._bus.publish(UplinkChanged())


def _check_reply(batch: Batch, reply: BatchReply) -> None:
    """A refusal of something that we did not send means that something of ours is not kept: believe none of it."""
    if not {one.id for one in reply.rejected} <= set(batch.ids):
        raise RefusedError("Tỉnh trả lời không hiểu được.")


def _steady_s() -> float:
    return time.monotonic()
