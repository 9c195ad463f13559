"""The part of a box that sends files: a real store, real files, the service, and a line that can be cut."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from edge.config.schema import Hub
from edge.core.incident import Incident, Severity
from edge.kernel.clock import SystemClock
from edge.kernel.wire.export import BlurSetup
from edge.store.incidents import Consequences, keep_still, open_incident
from edge.store.journal import Journal
from edge.store.media_queue import offer
from edge.store.reader import Reader
from edge.sync.media.concealing import Privacy
from edge.sync.media.rule import Rule
from edge.sync.media.service import MediaSync, Road

PATIENCE_S = 60.0
"""Of a wait that ends with its event: a busy machine is no fault of the line."""
CLEAR = Privacy(BlurSetup("", "detect_onnx", ("person",)), people=False)


class Box:
    """One start of a box whose data folder is ``data``."""

    def __init__(self, data: Path, journal: Journal, media: MediaSync | None) -> None:
        self.data = data
        self.journal = journal
        self.media = media

    async def file(self, path: str, content: bytes | int) -> bytes:
        """A file below the data folder; a number asks for so many random bytes."""
        data = os.urandom(content) if isinstance(content, int) else content
        target = self.data / path
        target.parent.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(target.write_bytes, data)
        return data

    async def offer(self, path: str, kind: Any = "report", subject: str = "r-1", **more: Any) -> str:
        return await self.journal.record(lambda tx: offer(tx, path, kind, subject, "1-1", **more))

    async def incident(self, name: str, severity: Severity, still: str = "", camera: str = "cong") -> None:
        """An incident that began now, with a picture that lies there."""
        now_ms = SystemClock().now().at_ms

        def work(tx: Any) -> None:
            seen = Incident(name, "intrusion", severity, f"camera/{camera}", "Cống", "dong", "Có người", now_ms)  # type: ignore[arg-type]
            open_incident(tx, seen, Consequences((), "", None, {}, ()))
            tx.run("UPDATE incident SET camera = ? WHERE id = ?", camera, name)
            if still:
                keep_still(tx, name, still, "0" * 64)

        await self.journal.record(work)

    def rows(self, sql: str = "SELECT * FROM media_upload ORDER BY rowid") -> list[dict[str, Any]]:
        reader = Reader(self.data / "box.db")
        try:
            return reader.rows(sql)
        finally:
            reader.close()

    def told(self, subject: str) -> list[str]:
        rows = self.rows("SELECT type, subject FROM outbox WHERE lane = 3 ORDER BY seq")
        return [row["type"] for row in rows if row["subject"] == subject]

    async def until(self, happened: Callable[["Box"], bool], patience_s: float = PATIENCE_S) -> None:
        async with asyncio.timeout(patience_s):
            while not happened(self):
                await asyncio.sleep(0.02)

    async def until_state(self, state: str, path: str = "", patience_s: float = PATIENCE_S) -> None:
        def reached(box: "Box") -> bool:
            rows = [row for row in box.rows() if not path or row["path"] == path]
            return bool(rows) and all(row["state"] == state for row in rows)

        await self.until(reached, patience_s)


@asynccontextmanager
async def started(
    data: Path, hub: Hub | None, rule: Rule | None = None, privacy: Privacy = CLEAR, road: Road | None = None
) -> AsyncIterator[Box]:
    """A box that sends inside; without a hub it only keeps. Entering again with the same folder is its next boot."""
    await asyncio.to_thread(data.mkdir, exist_ok=True)
    journal = await Journal.open(data / "box.db", SystemClock())
    media = MediaSync(hub, data, rule or Rule(), privacy, journal, road) if hub else None
    task = asyncio.create_task(media.run()) if media else None
    try:
        yield Box(data, journal, media)
    finally:
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        journal.close()
