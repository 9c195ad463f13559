"""Batches that wait for the record: those that come while one transaction runs share the next."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from edge.core.errors import TransientError
from edge.hub.batch import Checked
from edge.hub.database import Database
from edge.hub.record import Incoming, take
from edge.kernel.clock import Clock
from edge.kernel.wire.event import BatchReply

log = logging.getLogger(__name__)
MOST_WAITING = 64
"""Batches in one instance at once, from the first byte to the answer: half a province whose other instances died.
The next one is told to come again before it is read, so that memory and the record's connections never run out."""
MOST_TOGETHER = 16
"""Batches of one transaction: 3,200 events, about a tenth of a second of the record."""


class FullHouseError(TransientError):
    """More boxes at once than this instance takes."""


Before = Callable[[str, Checked], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    incoming: Incoming
    answer: asyncio.Future[BatchReply]


class Intake:
    """Groups batches into transactions. ``run`` does the work; use ``place`` around a request, then ``keep``."""

    def __init__(self, database: Database, clock: Clock, before: Before | None = None) -> None:
        """``before`` hears of each batch before it is written, perhaps several times."""
        self._database = database
        self._before = before
        self._clock = clock
        self._waiting: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()
        self.inside = 0

    def __enter__(self) -> "Intake":
        if self.inside >= MOST_WAITING:
            raise FullHouseError(f"Đầu tỉnh đang nhận {MOST_WAITING} gói cùng lúc.")
        self.inside += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.inside -= 1

    async def keep(self, source: str, batch: Checked) -> BatchReply:
        """The reply after the commit; raises TransientError when the record cannot be written now."""
        if self._before is not None:
            await self._before(source, batch)
        waiting = _Waiting(Incoming(source, batch), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._arrived.set()
        return await waiting.answer

    async def run(self) -> None:
        """Write what waits, until cancelled."""
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                while self._waiting:
                    count = min(MOST_TOGETHER, len(self._waiting))
                    await self._write([self._waiting.popleft() for _ in range(count)])
        finally:
            for one in self._waiting:
                one.answer.cancel()

    async def _write(self, group: Sequence[_Waiting]) -> None:
        """A group that the record refuses is written one by one, so that only the culprit fails."""
        try:
            replies = await take(self._database, [one.incoming for one in group], self._clock.now().at_ms)
        except TransientError as error:
            _fail(group, error)
        except DBAPIError as error:
            if len(group) > 1:
                for one in group:
                    await self._write([one])
                return
            log.exception("the record refuses a batch of %s", group[0].incoming.source)
            _fail(group, TransientError(f"Cơ sở dữ liệu không nhận gói này: {type(error.orig).__name__}."))
        else:
            for one, reply in zip(group, replies, strict=True):
                if not one.answer.done():
                    one.answer.set_result(reply)


def _fail(group: Sequence[_Waiting], error: TransientError) -> None:
    for one in group:
        if not one.answer.done():  # its box may have hung up
            one.answer.set_exception(error)
