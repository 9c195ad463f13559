"""After a power cut index and disk agree again, and what plays is kept."""

import os
from pathlib import Path

from edge.core.recording import Importance
from edge.kernel.keep_running import run_apart
from edge.recording.disk import MediaDisk
from edge.recording.sweep import sweep
from edge.store.incidents import keep_still
from tests.recording.bench import HOUR_MS, Box, a_box
from tests.recording.films import frames_in, write_segment
from tests.recording.test_keeping import incident

OLD_S = 100


def film(box: Box, age_ms: int, seconds: float = 3) -> Path:
    """A segment that no row names, written before the start."""
    path = box.media / f"recordings/cong/ngay/{box.clock.ms - age_ms}.mp4"
    write_segment(path, seconds)
    return older(box, path)


def older(box: Box, path: Path) -> Path:
    os.utime(path, (box.clock.ms / 1000 - OLD_S,) * 2)
    return path


async def swept(box: Box) -> None:
    disk = MediaDisk(box.media)
    await run_apart("sweep", lambda: sweep(disk, box.reader, box.journal, box.service.keeper, box.clock.ms))


async def test_a_row_without_a_file_goes(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        lost, kept = await box.record(HOUR_MS), await box.record(2 * HOUR_MS)
        (box.media / lost.path).unlink()
        await swept(box)
        assert [row["path"] for row in box.rows("segment")] == [kept.path]


async def test_a_whole_folder_that_is_gone_takes_its_rows(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        done = await box.record(HOUR_MS)
        (box.media / done.path).unlink()
        (box.media / done.path).parent.rmdir()
        await swept(box)
        assert box.rows("segment") == []


async def test_the_torn_last_segment_is_mended_and_kept(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        path = film(box, HOUR_MS)
        path.write_bytes(path.read_bytes()[:-700])
        older(box, path)
        await swept(box)
        (row,) = box.rows("segment")
        assert (row["camera"], row["importance"]) == ("cong", Importance.MOTION)
        assert row["began_ms"] == box.clock.ms - HOUR_MS
        assert row["ended_ms"] - row["began_ms"] == 100 * len(frames_in(path)) > 0
        assert row["bytes"] == path.stat().st_size == box.service.keeper.used_bytes


async def test_what_does_not_play_is_deleted(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        path = film(box, HOUR_MS)
        path.write_bytes(path.read_bytes()[:40])
        for stray in (path, box.media / "recordings/cong/ngay/ghi-chu.txt", box.media / "exports/e-1.part"):
            stray.write_bytes(b"x")
            older(box, stray)
        await swept(box)
        assert box.files() == set()


async def test_a_segment_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        path = film(box, 0)
        os.utime(path, (box.clock.ms / 1000 + 5,) * 2)
        await swept(box)
        assert path.exists()
        assert box.rows("segment") == []


async def test_a_picture_that_no_incident_names_does_not_stay_for_ever(tmp_path: Path) -> None:
    async with a_box(tmp_path) as box:
        await incident(box, "1-7", box.clock.ms - HOUR_MS)
        for name in ("stills/1-7.jpg", "stills/1-8.jpg", "clips/1-7.mp4", "clips/1-9.mp4"):
            (box.media / name).write_bytes(b"x")
            older(box, box.media / name)
        await swept(box)
        assert box.files() == {"stills/1-7.jpg", "clips/1-7.mp4"}
        await box.journal.record(lambda tx: keep_still(tx, "1-7", "stills/other.jpg", "aa"))
        await swept(box)
        assert box.files() == {"clips/1-7.mp4"}
