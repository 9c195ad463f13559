"""A recording service on a real folder and a real store, with a clock that is stepped by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.core.recording import Span, Who
from edge.kernel.bus import Bus
from edge.kernel.wire.export import BlurSetup
from edge.kernel.wire.vision import SegmentDone
from edge.recording.cutting import Workshop
from edge.recording.keeper import Limits
from edge.recording.service import RecordingService
from edge.store.journal import Journal
from edge.store.reader import Reader
from hil.bench.disk import BEGAN_MS, StepClock

LAN = Who("Lan", "leader")
DAY_MS = 86_400_000
HOUR_MS = 3_600_000


@dataclass(slots=True)
class Box:
    """Everything a test looks at."""

    service: RecordingService
    journal: Journal
    reader: Reader
    media: Path
    clock: StepClock
    bus: Bus

    async def record(self, age_ms: int, size: int = 1000, camera: str = "cong", **more: Any) -> SegmentDone:
        """A segment of ten seconds that began so long ago: its file, and its row."""
        began = self.clock.ms - age_ms
        path = f"recordings/{camera}/ngay/{began}.mp4"
        (self.media / path).parent.mkdir(parents=True, exist_ok=True)
        (self.media / path).write_bytes(bytes(size))
        fields: dict[str, Any] = {"codec": "h264", "width": 640, "height": 360, "motion": 0.0, "objects": False} | more
        done = SegmentDone(camera=camera, path=path, began_ms=began, ended_ms=began + 10_000, bytes=size, **fields)
        await self.service.keep(done)
        return done

    def files(self) -> set[str]:
        """Every file of the media folder."""
        return {str(path.relative_to(self.media)) for path in self.media.rglob("*") if path.is_file()}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        return self.reader.rows(f"SELECT * FROM {table}")

    def deeds(self) -> list[tuple[str, str, str]]:
        """Who did what."""
        return [(row["user"], row["action"], row["detail"]) for row in self.rows("audit")]

    def told(self) -> list[tuple[str, str]]:
        """What the province was told."""
        return [(row["type"], row["subject"]) for row in self.rows("outbox")]


@asynccontextmanager
async def a_box(folder: Path, quota_bytes: int = 1_000_000, days: int = 7) -> AsyncIterator[Box]:
    clock = StepClock()
    journal = await Journal.open(folder / "molang.db", clock)
    reader = Reader(folder / "molang.db")
    workshop = Workshop(folder / "media", "Xã Thử", {"cong": "Cổng chợ"}, BlurSetup("", "detect_onnx", ()), {})
    bus = Bus()
    limits = Limits(quota_bytes, {"cong": days, "san": days})
    try:
        service = RecordingService(limits, workshop, reader, journal, bus)
        yield Box(service, journal, reader, folder / "media", clock, bus)
    finally:
        reader.close()
        journal.close()


def ago(age_ms: int, length_ms: int, camera: str = "cong") -> Span:
    """A span that began so long ago."""
    return Span(camera, BEGAN_MS - age_ms, BEGAN_MS - age_ms + length_ms)
