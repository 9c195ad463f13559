"""Recordings stay within their days and bytes, pins stay, and everything of a deleted thing is gone."""

from pathlib import Path

import pytest

from edge.core.errors import FinalError
from edge.core.incident import Incident, IncidentId, IncidentKind, Severity
from edge.core.moment import AtMs, ClockState, Moment
from edge.core.recording import Importance, Span
from edge.store.incidents import Consequences, close_incident, keep_clip, keep_still, open_incident
from edge.store.journal import Tx
from tests.recording.bench import DAY_MS, HOUR_MS, LAN, Box, a_box, ago

PIN = "00000000-0000-0000-0000-000000000001"


async def incident(box: Box, number: str, began_ms: int) -> None:
    """A closed incident of the camera with still and clip on the disk."""

    def work(tx: Tx) -> None:
        at = AtMs(began_ms)
        kind, severity = IncidentKind.INTRUSION, Severity.SEVERE
        what = Incident(IncidentId(number), kind, severity, f"camera/cong/{number}", "Kho", "dong", "Có người", at)
        open_incident(tx, what, Consequences((), "", None, {}, ()))
        tx.run("UPDATE incident SET camera = 'cong' WHERE id = ?", number)
        keep_still(tx, number, f"stills/{number}.jpg", "aa")
        keep_clip(tx, number, f"clips/{number}.mp4", "bb")
        close_incident(tx, what.subject)
        tx.run("UPDATE incident SET ended_at_ms = ? WHERE id = ?", began_ms + 20_000, number)

    (box.media / f"stills/{number}.jpg").write_bytes(bytes(50))
    (box.media / f"clips/{number}.mp4").write_bytes(bytes(500))
    await box.journal.record(work)


async def test_the_quota_holds_and_the_oldest_went(tmp_path: Path) -> None:
    async with a_box(tmp_path, quota_bytes=10_000) as box:
        for age in range(20, 0, -1):
            await box.record(age * HOUR_MS)
            await box.service.settle()
        ages = {(box.clock.ms - int(Path(file).stem)) // HOUR_MS for file in box.files()}
        assert ages == set(range(1, 10))
        assert box.service.keeper.used_bytes == 9_000 == sum(row["bytes"] for row in box.rows("segment"))


async def test_nothing_outlives_its_maximum_not_even_its_still_clip_or_export(tmp_path: Path) -> None:
    async with a_box(tmp_path, days=7) as box:
        await box.record(7 * DAY_MS + 5)
        young = await box.record(6 * DAY_MS)
        await incident(box, "1-7", box.clock.ms - 7 * DAY_MS - 5)
        await export(box, "e-1", ago(7 * DAY_MS + 5, 10_000))
        await box.service.settle()
        assert box.files() == {young.path}
        assert [row["state"] for row in box.rows("export")] == ["gone"]
        assert box.rows("incident")[0]["still"] is box.rows("incident")[0]["clip"] is None


async def export(box: Box, number: str, span: Span) -> None:
    for name in (f"exports/{number}.mp4", f"exports/{number}.txt"):
        (box.media / name).write_bytes(bytes(100))
    values = (number, span.camera, span.since_ms, span.until_ms, box.clock.ms, f"exports/{number}.mp4")
    await box.journal.record(
        lambda tx: tx.run(
            "INSERT INTO export (id, camera, since_ms, until_ms, blur, reason, by_user, made_at_ms, state, path,"
            " sha256, bytes) VALUES (?, ?, ?, ?, 0, 'x', 'x', ?, 'done', ?, 'cc', 100)",
            *values,
        )
    )


async def test_the_province_hears_of_a_deletion_although_the_outbox_has_forgotten_what_it_told(tmp_path: Path) -> None:
    async with a_box(tmp_path, days=7) as box:
        await incident(box, "1-7", box.clock.ms - 8 * DAY_MS)
        await export(box, "e-1", ago(8 * DAY_MS, 10_000))
        await box.journal.record(lambda tx: tx.run("DELETE FROM outbox").rowcount)
        await box.service.settle()
        assert sorted(box.told()) == [("incident.media_deleted", "1-7"), ("recording.deleted", "e-1")]


async def test_a_camera_that_left_the_config_keeps_to_the_shortest_time(tmp_path: Path) -> None:
    async with a_box(tmp_path, days=7) as box:
        await box.record(8 * DAY_MS, camera="da-thao")
        stays = await box.record(6 * DAY_MS, camera="da-thao")
        await box.service.settle()
        assert box.files() == {stays.path}


async def test_a_pin_holds_against_days_and_bytes_until_its_end(tmp_path: Path) -> None:
    async with a_box(tmp_path, quota_bytes=10_000, days=7) as box:
        pinned = await box.record(6 * DAY_MS)
        await box.service.desk.pin(PIN, ago(6 * DAY_MS, 10_000), LAN, "vụ trộm", days=3)
        for _ in range(5):
            box.clock.ms += HOUR_MS
            for second in range(4):
                await box.record(second * 10_000)
            await box.service.settle()
        box.clock.ms += 2 * DAY_MS
        await box.service.settle()
        assert pinned.path in box.files()
        box.clock.ms += DAY_MS
        await box.service.settle()
        assert pinned.path not in box.files()
        assert [(user, action) for user, action, _ in box.deeds()] == [
            ("Lan", "recording.pin"),
            ("hộp", "recording.unpin"),
        ]


async def test_an_unpinned_span_goes_its_way(tmp_path: Path) -> None:
    async with a_box(tmp_path, days=7) as box:
        await box.record(DAY_MS)
        await box.service.desk.pin(PIN, ago(DAY_MS, 10_000), LAN, "vụ trộm", days=90)
        box.clock.ms += 9 * DAY_MS
        await box.service.settle()
        assert len(box.files()) == 1
        await box.service.desk.unpin(PIN, LAN)
        await box.service.settle()
        assert box.files() == set()
        with pytest.raises(FinalError, match="không còn"):
            await box.service.desk.unpin(PIN, LAN)


async def test_pins_never_take_the_room_that_recording_needs(tmp_path: Path) -> None:
    async with a_box(tmp_path, quota_bytes=10_000) as box:
        for number in range(8):
            await box.record(HOUR_MS - number * 10_000)
        with pytest.raises(FinalError, match="quá nửa hạn mức"):
            await box.service.desk.pin(PIN, ago(HOUR_MS, 60_000), LAN, "giữ hết", days=9)
        await box.service.desk.pin(PIN, ago(HOUR_MS, 50_000), LAN, "giữ một nửa", days=9)
        assert len(box.rows("pin")) == 1


@pytest.mark.parametrize(
    ("age_ms", "length_ms", "words"),
    [(-HOUR_MS, 1000, "đã ghi xong"), (HOUR_MS, -5, "sau giờ bắt đầu"), (9 * HOUR_MS, 1000, "Không có bản ghi")],
)
async def test_what_cannot_be_pinned_is_said(tmp_path: Path, age_ms: int, length_ms: int, words: str) -> None:
    async with a_box(tmp_path) as box:
        await box.record(HOUR_MS)
        with pytest.raises(FinalError, match=words):
            await box.service.desk.pin(PIN, ago(age_ms, length_ms), LAN, "x", days=1)


async def test_a_segment_of_an_incident_goes_last(tmp_path: Path) -> None:
    async with a_box(tmp_path, quota_bytes=4_500) as box:
        await incident(box, "1-7", box.clock.ms - 10 * HOUR_MS)
        during = await box.record(10 * HOUR_MS)
        await box.service.keeper.count()
        for hours in range(8, 0, -1):
            await box.record(hours * HOUR_MS)
        await box.service.settle()
        assert during.path in box.files()
        assert {row["importance"] for row in box.rows("segment")} == {Importance.NOTHING, Importance.INCIDENT}


async def test_a_clip_counts_and_goes_by_its_own_age(tmp_path: Path) -> None:
    async with a_box(tmp_path, quota_bytes=2_000) as box:
        await incident(box, "1-7", box.clock.ms - 100 * HOUR_MS)
        await box.service.keeper.count()
        assert box.service.keeper.used_bytes == 550
        await box.record(HOUR_MS)
        await box.service.settle()
        assert {Path(file).suffix for file in box.files()} == {".mp4"}
        assert len(box.files()) == 1


async def test_a_box_without_a_clock_deletes_nothing_by_its_days(tmp_path: Path) -> None:
    async with a_box(tmp_path, days=7) as box:
        await box.record(8 * DAY_MS)
        now = box.clock.now
        box.clock.now = lambda: Moment(now().at_ms, now().steady, ClockState.FLOOR)  # type: ignore[method-assign]  # this clock's own state
        await box.service.settle()
        assert len(box.files()) == 1


async def test_a_file_that_cannot_be_deleted_is_said_once_and_its_row_stays(tmp_path: Path) -> None:
    async with a_box(tmp_path, days=7) as box:
        done = await box.record(8 * DAY_MS)
        (box.media / done.path).unlink()
        (box.media / done.path).mkdir()  # unlink fails on it, for root too
        await box.service.settle()
        assert box.service.section(box.reader)["failing"].startswith("Không xoá được bản ghi cũ")
        assert len(box.rows("segment")) == 1
        (box.media / done.path).rmdir()
        await box.service.settle()
        await box.service.settle()
        assert box.service.section(box.reader)["failing"] == ""
        assert box.rows("segment") == []


async def test_the_section_of_the_wall_names_nobody(tmp_path: Path) -> None:
    async with a_box(tmp_path, quota_bytes=9_000) as box:
        await box.record(2 * HOUR_MS)
        await box.service.desk.pin(PIN, ago(2 * HOUR_MS, 10_000), LAN, "vụ trộm", days=3)
        assert box.service.section(box.reader) == {
            "used_bytes": 1000,
            "quota_bytes": 9000,
            "oldest_ms": box.clock.ms - 2 * HOUR_MS,
            "pins": 1,
            "failing": "",
        }
