"""The one place where a stick meets the ledger: the same function takes its batches as takes those of the line."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from edge.hub.batch import Checked
from edge.hub.ledger import MIGRATIONS, take_batch
from edge.kernel.clock import Clock
from edge.kernel.wire.event import BatchReply
from edge.store.writer import Writer

Take = Callable[[str, Checked], Awaitable[BatchReply]]
"""(source, batch) -> the answer, once it is durable."""


@asynccontextmanager
async def open_ledger(folder: Path, clock: Clock) -> AsyncIterator[Take]:
    """The ledger in this folder, also while a hub serves from it."""
    writer = Writer(folder / "hub.db", MIGRATIONS)

    async def take(source: str, batch: Checked) -> BatchReply:
        return await writer.write(partial(take_batch, source=source, batch=batch, now_ms=clock.now().at_ms))

    try:
        yield take
    finally:
        writer.close()
