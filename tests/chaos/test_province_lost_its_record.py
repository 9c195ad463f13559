"""A province that confirmed and lost: its record came back from an old copy. The box has all, and sends it again."""

import shutil
from functools import partial
from pathlib import Path

from edge.store.uplink import confirmed, send_again
from tests.hub.province import SOURCE, Province
from tests.sync.box import started


async def test_what_the_province_lost_is_sent_again_and_what_it_kept_is_not_doubled(
    province: Province, tmp_path: Path
) -> None:
    async with started(tmp_path, None) as box:
        await box.tell(0, range(20))
    async with province.running() as doors, started(tmp_path, province.settings(doors.boxes)) as box:
        await box.until_drained()
    shutil.copytree(province.folder, tmp_path / "copy")
    async with province.running() as doors, started(tmp_path, province.settings(doors.boxes)) as box:
        await box.tell(1, range(20, 50))
        await box.until_drained()
    shutil.rmtree(province.folder)
    shutil.copytree(tmp_path / "copy", province.folder)
    async with province.running() as doors, started(tmp_path, province.settings(doors.boxes)) as box:
        await box.tell(2, range(50, 55))
        await box.until_drained()
        (row,) = (await province.get(doors.boxes, "/v1/status")).body
        assert (row["source"], row["missing"]) == (SOURCE, 30), "the province sees the gap itself"
        assert await box.journal.record(partial(send_again, since_seq=15, user="lan", role="technician")) == 41
        await box.until_drained()
        arrived = await province.events(doors.boxes)
        (row,) = (await province.get(doors.boxes, "/v1/status")).body
        told = {one.lane: one.events for one in await box.journal.with_connection(confirmed)}
        deeds = await box.journal.with_connection(lambda c: c.execute("SELECT action, detail FROM audit").fetchall())
    assert row["missing"] == 0
    assert sorted(int(one["subject"]) for one in arrived) == list(range(55))
    assert told == {0: 20, 1: 30, 2: 5}
    assert deeds == [("sync.again", "từ số 15: 41 sự kiện")]
