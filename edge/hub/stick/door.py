"""The one place where a stick meets the ledger: the same function takes its batches as takes those of the line."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from edge.hub.batch import Checked
from edge.hub.database import Database, trial_url
from edge.hub.record import Incoming, take
from edge.kernel.clock import Clock
from edge.kernel.wire.event import BatchReply

Take = Callable[[str, Checked], Awaitable[BatchReply]]
"""(source, batch) -> the answer, once it is durable."""


@asynccontextmanager
async def open_ledger(folder: Path, clock: Clock, url: str = "") -> AsyncIterator[Take]:
    """The record at ``url``, or the trial's in this folder; also while hubs serve from it."""
    database = Database(url or trial_url(folder))

    async def take_one(source: str, batch: Checked) -> BatchReply:
        (reply,) = await take(database, [Incoming(source, batch)], clock.now().at_ms)
        return reply

    try:
        await database.make_tables()
        yield take_one
    finally:
        await database.close()
