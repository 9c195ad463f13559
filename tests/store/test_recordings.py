"""The index of recordings: what pages may ask, what is written down about whom."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edge.core.errors import FinalError
from edge.core.recording import Importance, Span, Who
from edge.store.exports import ask_export, fail_export, next_export, take_export
from edge.store.fsck import problems
from edge.store.journal import Journal, Tx
from edge.store.reader import Reader
from edge.store.recordings import Segment, add_pin, keep_segment, mark_incident, span_words
from edge.store.retention import cameras, day_folders, paths_in, pinned_bytes
from edge.store.timeline import days, exports, pins, recordings, segment
from tests.store.village import LAN, SEGMENT, SPAN, export_made, fill, intrusion, open_journal

BEGAN = SEGMENT.began_ms
DAY_MS = 86_400_000


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    opened = await open_journal(tmp_path / "molang.db")
    yield opened
    opened.close()


@pytest.fixture
def reader(journal: Journal, tmp_path: Path) -> Reader:
    return Reader(tmp_path / "molang.db")


def kept(*segments: Segment, objects: bool = False) -> Callable[[Tx], None]:
    def work(tx: Tx) -> None:
        for one in segments:
            keep_segment(tx, one, objects=objects)

    return work


def later(ms: int, camera: str = "cong", motion: float = 0.0) -> Segment:
    path = f"recordings/{camera}/ngay/{BEGAN + ms}.mp4"
    began = BEGAN + ms
    return replace(SEGMENT, camera=camera, path=path, began_ms=began, ended_ms=began + 10_000, motion=motion)


async def test_a_span_shows_every_segment_that_holds_any_of_it(journal: Journal, reader: Reader) -> None:
    await journal.record(kept(*(later(ms) for ms in (0, 10_000, 20_000, 30_000)), later(10_000, "san")))
    found = recordings(reader, "cong", BEGAN + 5_000, BEGAN + 20_001)
    assert [row["began_ms"] - BEGAN for row in found] == [0, 10_000, 20_000]
    assert recordings(reader, "cong", BEGAN + 40_000, BEGAN + 50_000) == []
    first = segment(reader, found[0]["id"])
    assert first is not None
    assert (first["camera"], first["path"]) == ("cong", found[0]["path"])
    assert segment(reader, 999) is None


async def test_days_are_those_of_the_commune(journal: Journal, reader: Reader) -> None:
    """1_790_000_000_000 is 21:13:20 UTC+7 of 21 September 2026."""
    midnight = 86_400_000 - (21 * 3600 + 13 * 60 + 20) * 1000
    await journal.record(
        kept(later(0, motion=0.5), later(midnight - 1), later(midnight), later(midnight + 9), later(2 * DAY_MS))
    )
    assert [(row["day"], row["bytes"], row["most"]) for row in days(reader, "cong")] == [
        ("2026-09-23", 5, 0),
        ("2026-09-22", 10, 0),
        ("2026-09-21", 10, 1),
    ]


async def test_a_segment_told_twice_is_one_row_and_stays_what_it_was_worth(journal: Journal, reader: Reader) -> None:
    await journal.record(kept(SEGMENT, objects=True))
    before = recordings(reader, "cong", BEGAN, BEGAN + 1)
    more = await journal.record(
        lambda tx: keep_segment(tx, replace(SEGMENT, bytes=9, ended_ms=BEGAN + 9_000), objects=False)
    )
    (after,) = recordings(reader, "cong", BEGAN, BEGAN + 1)
    assert more == 9 - SEGMENT.bytes
    assert (after["id"], after["importance"]) == (before[0]["id"], Importance.SOMEBODY)
    assert (after["bytes"], after["ended_ms"]) == (9, BEGAN + 9_000)


@pytest.mark.parametrize(
    ("ended_ms", "ms", "importance"),
    [(None, 50_000, 3), (None, -9_000, 3), (None, -10_000, 0), (20_000, 10_000, 3), (20_000, 20_000, 0)],
)
async def test_a_segment_during_an_incident_of_its_camera_matters_most(
    journal: Journal, reader: Reader, ended_ms: int | None, ms: int, importance: int
) -> None:
    await journal.record(intrusion("1-7"))
    ended = None if ended_ms is None else BEGAN + ended_ms
    await journal.record(lambda tx: tx.run("UPDATE incident SET camera = 'cong', ended_at_ms = ?", ended))
    await journal.record(kept(later(ms), later(ms, "san")))
    found = {row["camera"]: row["importance"] for row in reader.rows("SELECT camera, importance FROM segment")}
    assert found == {"cong": importance, "san": 0}


async def test_what_came_before_an_incident_was_noticed_is_raised(journal: Journal, reader: Reader) -> None:
    await journal.record(kept(*(later(ms) for ms in (0, 10_000, 20_000))))
    await journal.record(lambda tx: mark_incident(tx, Span("cong", BEGAN + 12_000, BEGAN + 20_000)))
    assert [row["importance"] for row in recordings(reader, "cong", BEGAN, BEGAN + DAY_MS)] == [0, 3, 0]


async def test_pins_that_overlap_count_once(journal: Journal, reader: Reader) -> None:
    await journal.record(kept(later(0), later(10_000), later(20_000)))
    for number, (since, until) in enumerate(((0, 15_000), (5_000, 12_000))):
        span = Span("cong", BEGAN + since, BEGAN + until)
        await journal.record(lambda tx, n=number, span=span: add_pin(tx, f"p-{n}", span, LAN, "x", 1))  # type: ignore[misc]  # this turn's
    now_ms = journal.clock.now().at_ms
    assert pinned_bytes(reader, now_ms) == 10
    assert pinned_bytes(reader, now_ms + 2 * DAY_MS) == 0
    assert {row["id"] for row in pins(reader)} == {row["id"] for row in pins(reader, "cong")} == {"p-0", "p-1"}
    assert pins(reader, "san") == []


async def test_an_export_goes_through_its_states(journal: Journal, reader: Reader) -> None:
    await journal.record(lambda tx: ask_export(tx, "e-1", SPAN, LAN, "theo đơn", blur=True))
    await journal.record(lambda tx: ask_export(tx, "e-2", SPAN, LAN, "theo đơn", blur=False))
    with pytest.raises(FinalError, match="chưa xong"):
        await journal.record(lambda tx: take_export(tx, "e-1", LAN))
    await journal.record(export_made)
    await journal.record(next_export)
    await journal.record(lambda tx: fail_export(tx, "e-2", "Hỏng."))
    assert {row["id"]: row["state"] for row in exports(reader)} == {"e-1": "done", "e-2": "failed"}
    span, taken = await journal.record(lambda tx: take_export(tx, "e-1", Who("Mai", "leader")))
    assert (span, taken.path) == (SPAN, "exports/e-1.mp4")
    with pytest.raises(FinalError, match="Không có đoạn trích"):
        await journal.record(lambda tx: take_export(tx, "e-9", LAN))
    assert [row["action"] for row in reader.rows("SELECT action FROM audit WHERE user = 'Mai'")] == ["recording.take"]


async def test_the_index_is_walked_by_cameras_and_folders_not_by_rows(journal: Journal, reader: Reader) -> None:
    await journal.record(
        kept(later(0), later(5), later(0, "san"), replace(later(9, "cong-2"), path="recordings/cong-2/a/1.mp4"))
    )
    assert cameras(reader) == ["cong", "cong-2", "san"]
    assert day_folders(reader) == ["recordings/cong-2/a", "recordings/cong/ngay", "recordings/san/ngay"]
    assert paths_in(reader, "recordings/cong/ngay") == {later(0).path, later(5).path}


async def test_a_whole_village_is_sound(journal: Journal, tmp_path: Path) -> None:
    await fill(journal, tmp_path / "clips")
    assert await journal.with_connection(lambda connection: list(problems(connection, tmp_path / "clips"))) == []
    await journal.record(lambda tx: tx.run("UPDATE export SET path = NULL"))
    found = await journal.with_connection(lambda connection: list(problems(connection, tmp_path / "clips")))
    assert found == ["đoạn trích đã xong mà không có tệp: e-1"]


def test_a_span_over_midnight_names_both_days() -> None:
    assert span_words(SPAN) == "cong 21/09/2026 21:13:20–21:13:30"
    assert span_words(replace(SPAN, until_ms=BEGAN + DAY_MS)) == "cong 21/09/2026 21:13:20–21:13:20 22/09/2026"
