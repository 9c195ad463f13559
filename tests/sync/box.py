"""The part of a box that this is about: a real store and the sync service on it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from edge.config.schema import Hub, Way
from edge.kernel.bus import Bus
from edge.kernel.clock import Clock, SystemClock
from edge.store.journal import Journal, Tx
from edge.store.reader import Reader
from edge.store.uplink import use_of
from edge.sync.service import SyncService
from tests.hub.province import SOURCE

PATIENCE_S = 20.0


class Box:
    """One start of a box."""

    def __init__(self, path: Path, journal: Journal, sync: SyncService, bus: Bus) -> None:
        self.path = path
        self.journal = journal
        self.sync = sync
        self.bus = bus

    async def tell(self, lane: int, subjects: Iterable[Any], kind: str = "incident.opened", **data: Any) -> None:
        """Events of one lane, in one transaction."""
        names = [str(subject) for subject in subjects]

        def work(tx: Tx) -> None:
            for name in names:
                tx.event(lane, kind, name, data or {"title": name})

        await self.journal.record(work)

    def outbox(self, where: str = "1") -> list[dict[str, Any]]:
        reader = Reader(self.path)
        try:
            return reader.rows(f"SELECT * FROM outbox WHERE {where} ORDER BY seq")
        finally:
            reader.close()

    def month_use(self, month: str) -> dict[str, int]:
        """Bytes of each way that the store knows."""
        reader = Reader(self.path)
        try:
            reader.connection.row_factory = None
            return {name: use.all for name, use in use_of(reader.connection, month).items()}
        finally:
            reader.close()

    async def until(self, happened: Callable[["Box"], bool], patience_s: float = PATIENCE_S) -> None:
        async with asyncio.timeout(patience_s):
            while not happened(self):
                await asyncio.sleep(0.02)

    async def until_drained(self, patience_s: float = PATIENCE_S) -> None:
        await self.until(lambda box: not box.waiting(), patience_s)

    def waiting(self) -> list[dict[str, Any]]:
        return self.outbox("acked_at_ms IS NULL AND dead_reason IS NULL")

    def dead(self) -> dict[str, str]:
        return {row["subject"]: row["dead_reason"] for row in self.outbox("dead_reason IS NOT NULL")}


@asynccontextmanager
async def started(
    folder: Path,
    hub: Hub | None,
    source: str = SOURCE,
    ways: Sequence[Way] = (),
    clock: Clock | None = None,
) -> AsyncIterator[Box]:
    """A box that runs inside; entering again with the same folder is its next boot."""
    path = folder / "box.db"
    journal = await Journal.open(path, clock or SystemClock())
    bus = Bus()
    sync = SyncService(hub, source, journal, bus, ways)
    task = asyncio.create_task(sync.run())
    try:
        yield Box(path, journal, sync, bus)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        journal.close()


def is_up(box: Box) -> bool:
    return box.sync.status.state == "up"


def is_down(box: Box) -> bool:
    return box.sync.status.state == "down" and box.sync.status.detail != "Chưa nối tới tỉnh."
