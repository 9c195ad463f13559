"""Store and forward: the outbox goes to the province in order, and nothing of the box ever waits for it (law 2)."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from edge.config.schema import Hub
from edge.core.moment import AtMs
from edge.core.news import UplinkChanged
from edge.kernel.bus import Bus
from edge.kernel.keep_running import describe, keep_running
from edge.kernel.wire.event import MAX_EVENTS, BatchReply, Rejected
from edge.store.journal import Journal
from edge.store.outbox import backlog, mark_acked, mark_dead, waiting_events
from edge.sync.backoff import LONGEST_ASKED_S, Backoff
from edge.sync.cloudevents import Batch, pack
from edge.sync.post import HubLine, NoLinkError, RefusedError, SlowLineError, TooLargeError

log = logging.getLogger(__name__)

POLL_S = 0.5
"""A new alarm leaves within this; the question costs an index look-up."""
SIGN_OF_LIFE_S = 30.0
"""With nothing to send an empty batch goes out this often: the wall shows a dead line, the province a living box."""
LOOK_EVERY_S = 0.4


@dataclass(frozen=True, slots=True)
class UplinkStatus:
    """The uplink for the wall (docs/ref/state.md). ``detail`` is a Vietnamese sentence, empty when all is well."""

    state: Literal["up", "down", "off"]
    detail: str
    backlog: int = 0
    oldest_ms: int | None = None
    last_ok_ms: int | None = None
    sent: int = 0


class SyncService:
    """Sends what waits, lane 0 first, one batch at a time; every event arrives once or lies in the dead letters.

    Raises MisconfiguredError when the certificates of ``hub`` cannot be used.
    """

    def __init__(self, hub: Hub | None, source: str, journal: Journal, bus: Bus) -> None:
        self._line = HubLine(hub) if hub else None
        self._source = source
        self._journal = journal
        self._bus = bus
        self._backoff = Backoff()
        self._most = MAX_EVENTS
        self._ok_at_s = float("-inf")
        self._looked_at_s = float("-inf")
        self._status = UplinkStatus("down", "Chưa nối tới tỉnh.") if hub else UplinkStatus("off", "Không nối tỉnh.")

    @property
    def status(self) -> UplinkStatus:
        """How the uplink is now."""
        return self._status

    async def run(self) -> None:
        """Send until cancelled; without a hub only count what waits."""
        body = partial(self._send_for_ever, self._line) if self._line else self._stay_alone
        await keep_running("uplink", body, failed=self._failed)

    async def _stay_alone(self) -> None:
        while True:
            await self._pause(SIGN_OF_LIFE_S)

    async def _send_for_ever(self, line: HubLine) -> None:
        async with line:
            while True:
                await self._pause(await self._step(line))

    async def _step(self, line: HubLine) -> float:
        """Send the next batch, if there is one; returns how long to wait before the next step."""
        batch = await self._next_batch()
        await self._bury(batch.hopeless)
        if not batch.ids and not self._sign_of_life_due():
            return 0.0 if batch.hopeless else POLL_S
        try:
            reply = await line.post(batch.body)
            _check_reply(batch, reply)
        except NoLinkError as error:
            return self._no_link(error)
        except RefusedError as error:
            return await self._refused(batch, error)
        return await self._arrived(batch, reply)

    async def _next_batch(self) -> Batch:
        rows = await self._journal.with_connection(partial(waiting_events, limit=self._most))
        return await asyncio.to_thread(pack, rows, self._source) if rows else pack((), self._source)

    async def _arrived(self, batch: Batch, reply: BatchReply) -> float:
        rejected = {one.id for one in reply.rejected}
        acked = [name for name in batch.ids if name not in rejected]
        at_ms = self._journal.clock.now().at_ms
        await self._journal.with_connection(partial(mark_acked, ids=acked, at_ms=at_ms))
        await self._bury(reply.rejected)
        self._backoff.clear()
        self._most = min(MAX_EVENTS, self._most * 2)
        self._ok_at_s = _steady_s()
        self._tell("up", "", at_ms)
        if reply.retry_after > 0:
            return min(reply.retry_after, LONGEST_ASKED_S)
        return 0.0 if batch.ids else POLL_S

    def _no_link(self, error: NoLinkError) -> float:
        if isinstance(error, SlowLineError):
            self._most = max(1, self._most // 2)
        self._tell("down", str(error))
        return self._backoff.next_s(answered=False)

    async def _refused(self, batch: Batch, error: RefusedError) -> float:
        if isinstance(error, TooLargeError) and len(batch.ids) > 1:
            self._most = len(batch.ids) // 2
            return 0.0
        if isinstance(error, TooLargeError) and batch.ids:
            await self._bury([Rejected(batch.ids[0], "Tỉnh không nhận sự kiện dài như vậy (413).")])
        self._tell("down", str(error))
        return self._backoff.next_s(answered=True, asked_s=error.asked_s)

    async def _bury(self, hopeless: Sequence[Rejected]) -> None:
        """Dead letters: kept and shown, never in the way of others."""
        if not hopeless:
            return
        log.warning("%d events are dead letters, first %s: %s", len(hopeless), hopeless[0].id, hopeless[0].reason)
        dead = [(one.id, one.reason) for one in hopeless]
        await self._journal.with_connection(partial(mark_dead, rejected=dead))

    async def _pause(self, wait_s: float) -> None:
        """Wait, and keep the count of what waits fresh meanwhile."""
        until_s = _steady_s() + wait_s
        await self._look()
        while (left_s := until_s - _steady_s()) > 0:
            await asyncio.sleep(min(left_s, 1.0))
            await self._look()

    async def _look(self) -> None:
        now_s = _steady_s()
        if now_s - self._looked_at_s < LOOK_EVERY_S:
            return
        self._looked_at_s = now_s
        seen = await self._journal.with_connection(backlog)
        self._publish(replace(self._status, backlog=seen.waiting, oldest_ms=seen.oldest_ms, sent=seen.sent))

    def _sign_of_life_due(self) -> bool:
        return self._status.state != "up" or _steady_s() - self._ok_at_s >= SIGN_OF_LIFE_S

    def _failed(self, error: BaseException) -> None:
        self._tell("off" if self._line is None else "down", f"Lỗi trong hộp: {describe(error)}.")

    def _tell(self, state: Literal["up", "down", "off"], detail: str, ok_ms: AtMs | None = None) -> None:
        if state != self._status.state:
            log.log(logging.INFO if state == "up" else logging.WARNING, "uplink %s%s", state, detail and f": {detail}")
        self._publish(replace(self._status, state=state, detail=detail, last_ok_ms=ok_ms or self._status.last_ok_ms))

    def _publish(self, status: UplinkStatus) -> None:
        if status != self._status:
            self._status = status
            self._bus.publish(UplinkChanged())


def _check_reply(batch: Batch, reply: BatchReply) -> None:
    """A refusal of something that we did not send means that something of ours is not kept: believe none of it."""
    if not {one.id for one in reply.rejected} <= set(batch.ids):
        raise RefusedError("Tỉnh trả lời không hiểu được.")


def _steady_s() -> float:
    return asyncio.get_running_loop().time()
