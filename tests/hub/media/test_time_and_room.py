"""Uploads that nobody goes on with, and a disk that is full."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.hub.database import Database
from edge.hub.media.book import EXPIRES_MS
from edge.hub.media.desk import MediaDesk
from edge.kernel.clock import SystemClock
from tests.hub.media.post_office import PostOffice

DATA = os.urandom(3_000_000)


class LaterClock:
    """The system's clock, so much ahead."""

    def __init__(self, ahead_ms: int) -> None:
        self._ahead_ms = ahead_ms
        self._clock = SystemClock()

    def now(self) -> Moment:
        now = self._clock.now()
        return Moment(AtMs(now.at_ms + self._ahead_ms), now.steady, ClockState.SYNCED)

    def steady(self) -> Steady:
        return self._clock.steady()


async def test_an_upload_that_nobody_goes_on_with_is_over_after_a_week(office: PostOffice) -> None:
    async with office.running() as port:
        path = await office.begin(port, DATA)
        await office.patch(port, path, DATA[:1000], 0)
        whole = await office.begin(port, b"kept")
        await office.patch(port, whole, b"kept", 0)
    async with office.running(clock=LaterClock(EXPIRES_MS + 60_000)) as port:
        assert (await office.head(port, path)).status in {404, 410}
        assert (await office.fetch(port, b"kept")).status == 200


async def test_tidying_removes_what_is_overdue_and_what_has_no_row(office: PostOffice) -> None:
    async with office.running() as port:
        await office.begin(port, DATA)
        stray = office.folder / "parts" / ("e" * 32 + ".part")
        stray.touch()
        os.utime(stray, (0, 0))
        database = Database(office.url)
        desk = MediaDesk(database, office.folder, LaterClock(EXPIRES_MS + 60_000))
        await desk.tidy()
        assert office.parts() == []
        await database.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "media"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def grow(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)


@pytest.mark.root
async def test_a_full_disk_is_told_and_the_upload_goes_on_when_there_is_room(
    office: PostOffice, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office.running() as port:
        assert (await office.create(port, DATA)).status == 507  # nothing is begun that cannot end
        monkeypatch.setattr("edge.hub.media.shelf.RESERVE_BYTES", -100_000_000)
        path = await office.begin(port, DATA)
        full = await office.patch(port, path, DATA, 0)
        assert full.status == 507
        assert int(full.headers["Retry-After"]) > 0
        arrived = int((await office.head(port, path)).headers["Upload-Offset"])
        assert 1_000_000 < arrived < len(DATA)
        grow(small_disk)
        assert (await office.patch(port, path, DATA[arrived:], arrived)).status == 204
        assert (await office.fetch(port, DATA)).body == DATA
