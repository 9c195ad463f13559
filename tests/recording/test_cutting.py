"""Clips and exports come out of a real child process; who asked and who took them is written down."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from edge.core.errors import FinalError
from edge.core.recording import Importance
from edge.kernel.keep_running import keep_running
from edge.kernel.wire.vision import SegmentDone
from tests.recording.bench import HOUR_MS, LAN, Box, a_box, ago
from tests.recording.films import frames_in, write_segment
from tests.recording.test_keeping import incident

EXPORT = "00000000-0000-0000-0000-0000000000e1"


@asynccontextmanager
async def running(box: Box) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_running("recordings", box.service.run))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - rows set no event
            await asyncio.sleep(0.05)


async def film(box: Box, age_ms: int, seconds: float = 4) -> None:
    began = box.clock.ms - age_ms
    path = f"recordings/cong/ngay/{began}.mp4"
    size = write_segment(box.media / path, seconds)
    ended = began + round(seconds * 1000)
    await box.service.keep(SegmentDone("cong", path, began, ended, size, "h264", 160, 96, 0.0, False))


async def test_an_export_is_made_hashed_noted_and_taken(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        await film(box, HOUR_MS)
        await film(box, HOUR_MS - 4000)
        async with running(box):
            await box.service.desk.export(EXPORT, ago(HOUR_MS, 6000), LAN, "Công an xã đề nghị", blur=False)
            await until(lambda: box.rows("export")[0]["state"] in ("done", "failed"))
        taken = await box.service.desk.take(EXPORT, LAN)
        path = box.media / taken["path"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == taken["sha256"]
        assert len(frames_in(path)) == 60
        note = path.with_suffix(".txt").read_text()
        for words in ("Xã Thử", "Cổng chợ (cong)", "Lan", "Công an xã đề nghị", taken["sha256"], "20:13:20"):
            assert words in note
        assert [(user, action) for user, action, _ in box.deeds()] == [
            ("Lan", "recording.export"),
            ("Lan", "recording.take"),
        ]
        assert box.told() == [("recording.exported", EXPORT)]
        assert "Công an" not in str(box.rows("outbox"))


async def test_a_blurred_export_says_so(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        await film(box, HOUR_MS)
        async with running(box):
            await box.service.desk.export(EXPORT, ago(HOUR_MS, 2000), LAN, "yêu cầu của dân", blur=True)
            await until(lambda: box.rows("export")[0]["state"] in ("done", "failed"))
        (row,) = box.rows("export")
        assert (row["state"], row["detail"]) == ("done", "all")
        assert "toàn bộ hình" in (box.media / row["path"]).with_suffix(".txt").read_text()


async def test_an_export_that_cannot_be_made_says_why_and_the_next_is_made(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        broken = await box.record(2 * HOUR_MS)
        (box.media / broken.path).write_bytes(b"nothing that plays")
        await film(box, HOUR_MS)
        async with running(box):
            await box.service.desk.export("e-1", ago(2 * HOUR_MS, 2000), LAN, "thử", blur=False)
            await box.service.desk.export("e-2", ago(HOUR_MS, 2000), LAN, "thử", blur=False)
            await until(lambda: box.reader.row("SELECT 1 FROM export WHERE id = 'e-2' AND state = 'done'"))
        failed = next(row for row in box.rows("export") if row["id"] == "e-1")
        assert (failed["state"], failed["detail"]) == (
            "failed",
            "Không đọc được bản ghi nào trong khoảng thời gian đó.",
        )
        with pytest.raises(FinalError, match="chưa xong"):
            await box.service.desk.take("e-1", LAN)


async def test_the_clip_of_an_incident_is_cut_once_its_span_is_recorded(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        began = box.clock.ms - 8000
        await incident(box, "1-7", began)
        await film(box, 8000)
        async with running(box):
            await box.service.cut("1-7", "cong", began + 1000, began + 6000)
            await asyncio.sleep(1.5)
            assert box.rows("incident")[0]["clip_sha256"] == "bb", "cut before its end was recorded"
            await film(box, 4000)
            await until(lambda: box.rows("incident")[0]["clip_sha256"] != "bb")
        assert len(frames_in(box.media / "clips/1-7.mp4")) == 50
        assert {row["importance"] for row in box.rows("segment")} == {Importance.INCIDENT}


async def test_looking_is_an_audit_line_before_it_is_an_answer(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        await box.record(HOUR_MS)
        found = await box.service.desk.view(ago(HOUR_MS, 60_000), LAN, "mất xe máy")
        assert [set(row) for row in found] == [{"id", "began_ms", "ended_ms", "motion", "importance", "bytes"}]
        assert box.deeds() == [("Lan", "recording.view", "cong 21/09/2026 20:13:20–20:14:20: mất xe máy")]
        with pytest.raises(FinalError, match="nhiều nhất 3 giờ"):
            await box.service.desk.view(ago(5 * HOUR_MS, 4 * HOUR_MS), LAN, "xem hết")
        assert len(box.deeds()) == 1


@pytest.mark.parametrize(("blur", "hours"), [(True, 3), (False, 13)])
async def test_too_long_a_span_is_not_exported(tmp_path: Path, blur: bool, hours: int) -> None:
    async with a_box(tmp_path) as box:
        await box.record(HOUR_MS)
        with pytest.raises(FinalError, match=f"nhiều nhất {hours - 1} giờ"):
            await box.service.desk.export(EXPORT, ago(14 * HOUR_MS, hours * HOUR_MS), LAN, "thử", blur=blur)
        assert box.deeds() == []


async def test_the_same_press_twice_is_one_export_and_too_many_are_refused(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        await box.record(HOUR_MS)
        for _ in range(2):
            await box.service.desk.export("e-0", ago(HOUR_MS, 2000), LAN, "thử", blur=False)
        assert len(box.rows("export")) == len(box.deeds()) == 1
        for number in range(1, 20):
            await box.service.desk.export(f"e-{number}", ago(HOUR_MS, 2000), LAN, "thử", blur=False)
        with pytest.raises(FinalError, match="Đang có 20"):
            await box.service.desk.export("e-20", ago(HOUR_MS, 2000), LAN, "thử", blur=False)


async def test_what_was_in_work_at_a_power_cut_is_made_after_it(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        await film(box, HOUR_MS)
        await box.service.desk.export("e-1", ago(HOUR_MS, 2000), LAN, "thử", blur=False)
        await box.journal.record(lambda tx: tx.run("UPDATE export SET state = 'working'"))
        async with running(box):
            await until(lambda: box.rows("export")[0]["state"] == "done")
