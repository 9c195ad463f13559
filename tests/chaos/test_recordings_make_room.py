"""A disk that others have filled to the last byte: old recordings go, new ones are written, the store works again."""

import asyncio
import errno

import pytest

from tests.chaos.disk import Disk
from tests.recording.bench import HOUR_MS, LAN, a_box, ago

pytestmark = [pytest.mark.root, pytest.mark.parametrize("disk", [64], indirect=True, ids=["64 MB"])]

SEGMENT_BYTES = 250_000
PIN = "00000000-0000-0000-0000-000000000001"


async def test_recording_goes_on_when_the_disk_is_full(disk: Disk) -> None:
    async with a_box(disk.root, quota_bytes=10**12) as box:
        for number in range(80, 0, -1):
            await box.record(number * HOUR_MS, size=SEGMENT_BYTES)
        await box.service.desk.pin(PIN, ago(80 * HOUR_MS, 10_000), LAN, "vụ trộm", days=1)
        disk.fill()
        with pytest.raises(OSError, match="No space left") as full:
            (box.media / "recordings/cong/ngay/new.mp4").write_bytes(bytes(SEGMENT_BYTES))
        assert full.value.errno == errno.ENOSPC
        async with asyncio.timeout(20):
            await box.service.settle()
            await box.record(0, size=SEGMENT_BYTES)
        kept = {row["began_ms"] for row in box.rows("segment")}
        assert box.clock.ms - 80 * HOUR_MS in kept, "a pin holds on a full disk too"
        assert box.clock.ms - 79 * HOUR_MS not in kept
        assert box.clock.ms - HOUR_MS in kept
        assert 70 < len(kept) < 81
        assert box.service.section(box.reader)["failing"] == ""
