"""An hour of recording on a disk that is full to its quota, in accelerated time: real files, the box's own service.

`./run prove 2` calls `fill`. The clock is stepped by hand; everything else is real: the store with its fsyncs, the
index, the files. A disk that is hardly larger than the quota makes every byte too many a failure to record.
"""

import asyncio
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.recording import Span, Who
from edge.kernel.bus import Bus
from edge.kernel.wire.export import BlurSetup
from edge.kernel.wire.vision import SegmentDone
from edge.recording.cutting import Workshop
from edge.recording.keeper import Limits
from edge.recording.service import TICK_S, RecordingService
from edge.store.journal import Journal
from edge.store.reader import Reader

CAMERAS = 29
STEP_S = 10
QUOTA_BYTES = 60_000_000
DISK_BYTES = int(QUOTA_BYTES * 1.06)
"""Six hundredths more than the quota: room for the disk's floor and for what is being written, and no more."""
PAGE = os.urandom(4096)
SEGMENT_PAGES = (1, 6)
"""Whole pages: on so small a disk the unused rest of each last page would be a tenth of it."""
HISTORY_STEP_S = 1800
PINS = 24
DAY_MS = 86_400_000
BEGAN_MS = 1_790_000_000_000
QUICK_S, WHOLE_S = 600, 3600
OWNER = Who("Nguyễn Văn Thử", "leader")


class StepClock:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.ms = BEGAN_MS

    def now(self) -> Moment:
        """This instant."""
        return Moment(AtMs(self.ms), self.steady(), ClockState.SYNCED)

    def steady(self) -> Steady:
        """This instant on the monotonic clock."""
        return Steady(self.ms / 1000)


@dataclass(slots=True)
class Seen:
    """What was seen of the disk while the hour went by."""

    stopped: bool = False
    written: int = 0
    worst_bytes: int = 0
    outlived: int = 0
    pinned: set[str] = field(default_factory=set)


def fill(folder: Path, quick: bool = False) -> dict[str, bool | int | float]:
    """The figures of an hour: stopped, worst_over_quota_pct, pins_kept, outlived, and how much was written.

    ``folder`` takes the database; the recordings lie on a small disk of their own below it (tmpfs when run as root).
    """
    began = time.monotonic()
    with _small_disk(folder / "media") as media:
        seen, kept = asyncio.run(_hour(folder, media, QUICK_S if quick else WHOLE_S))
    over = max(seen.worst_bytes / QUOTA_BYTES - 1, 0.0)
    return {
        "stopped": seen.stopped,
        "worst_over_quota_pct": round(100 * over, 3),
        "pins_kept": kept,
        "outlived": seen.outlived,
        "segments": seen.written,
        "pinned": len(seen.pinned),
        "took_s": round(time.monotonic() - began, 1),
    }


async def _hour(folder: Path, media: Path, seconds: int) -> tuple[Seen, bool]:
    clock = StepClock()
    journal = await Journal.open(folder / "molang.db", clock)
    try:
        hour = _Hour(clock, journal, Reader(folder / "molang.db"), media)
        await hour.prepare()
        for second in range(0, seconds, STEP_S):
            await hour.step(tidy=second % int(TICK_S) == 0)
        return hour.seen, all((media / path).exists() for path in hour.seen.pinned)
    finally:
        journal.close()


class _Hour:
    """Twenty-nine cameras that write as shards do, and somebody who watches the disk."""

    def __init__(self, clock: StepClock, journal: Journal, reader: Reader, media: Path) -> None:
        self.seen = Seen()
        self._clock = clock
        self._media = media
        self._chance = random.Random(20)  # noqa: S311 - the same hour every time
        self._days = {f"cam-{number:02}": 1 + number % 7 for number in range(CAMERAS)}
        workshop = Workshop(media, "Xã thử", {}, BlurSetup("", "", ()), {})
        self._service = RecordingService(Limits(QUOTA_BYTES, self._days), workshop, reader, journal, Bus())
        self._reader = reader

    async def prepare(self) -> None:
        """A history up to each camera's maximum and over it, and pins in it."""
        for camera, days in self._days.items():
            for age_ms in range(days * DAY_MS + HISTORY_STEP_S * 1000, 0, -HISTORY_STEP_S * 1000):
                await self._keep(self._write(camera, BEGAN_MS - age_ms))
        for number in range(PINS):
            await self._pin(number)

    async def step(self, *, tidy: bool) -> None:
        """Ten seconds: every camera finishes a segment; the service does what is due as its own loop would."""
        self._clock.ms += STEP_S * 1000
        try:
            done = [self._write(camera, self._clock.ms - STEP_S * 1000) for camera in self._days]
        except OSError:
            self.seen.stopped = True
            return
        self._look()
        for segment in done:
            await self._keep(segment)
        if tidy:
            await self._service.settle()

    async def _keep(self, segment: SegmentDone) -> None:
        """As the service's own loop, which is woken when it is too full."""
        await self._service.keep(segment)
        if self._service.keeper.too_full:
            await self._service.settle()

    async def _pin(self, number: int) -> None:
        """Near its camera's maximum, so that only the pin keeps it."""
        camera = self._chance.choice(sorted(self._days))
        row = self._reader.row("SELECT began_ms, path FROM segment WHERE camera = ? ORDER BY began_ms LIMIT 1", camera)
        assert row is not None, "every camera has a history"
        span = Span(camera, row["began_ms"], row["began_ms"] + STEP_S * 1000)
        await self._service.desk.pin(f"pin-{number}", span, OWNER, "thử ghim", days=30)
        self.seen.pinned.add(row["path"])

    def _write(self, camera: str, began_ms: int) -> SegmentDone:
        day = time.strftime("%Y-%m-%d", time.gmtime(began_ms / 1000))
        path = f"recordings/{camera}/{day}/{began_ms}.mp4"
        (self._media / path).parent.mkdir(parents=True, exist_ok=True)
        data = PAGE * self._chance.randint(*SEGMENT_PAGES)
        (self._media / path).write_bytes(data)
        self.seen.written += 1
        motion, objects = self._chance.choice(((0.0, False), (0.0, False), (0.2, False), (0.5, True)))
        ended_ms = began_ms + STEP_S * 1000
        return SegmentDone(camera, path, began_ms, ended_ms, len(data), "h264", 640, 360, motion, objects)

    def _look(self) -> None:
        """At the disk itself, not at the index, and while new segments lie there that nobody has counted yet."""
        total = 0
        for path in (self._media / "recordings").rglob("*.mp4"):
            total += path.stat().st_size
            name = str(path.relative_to(self._media))
            too_old = int(path.stem) < self._clock.ms - self._days[path.parts[-3]] * DAY_MS
            self.seen.outlived += too_old and name not in self.seen.pinned
        self.seen.worst_bytes = max(self.seen.worst_bytes, total)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """A disk hardly larger than the quota, where we may mount one."""
    folder.mkdir(parents=True)
    mount = shutil.which("mount") if os.geteuid() == 0 else None
    size = f"size={DISK_BYTES},nr_inodes=1000000"
    mounted = mount is not None and subprocess.run([mount, "-t", "tmpfs", "-o", size, "tmpfs", folder]).returncode == 0
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", folder], check=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="molang-disk-") as name:
        print(fill(Path(name)))  # noqa: T201 - for whoever runs it by hand
