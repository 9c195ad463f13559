import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from edge.hub.database import Database
from edge.hub.projection.fold import SLOT_MS, SLOTS
from edge.hub.projection.writing import KEPT, MOST_CLOSED, MOST_SERIES, project
from edge.hub.tables.current import (
    alarm_now,
    box_now,
    deleted_thing,
    projection_fault,
    reading_now,
    reading_point,
    recent_event,
)
from edge.kernel.wire.event import CloudEvent
from tests.hub.pages.events import BOX, NOW_MS, OTHER, opened, reading, rows_of, sqlite_database, told

TABLES = (box_now, alarm_now, reading_now, reading_point, recent_event, deleted_thing)
A_DAY: Sequence[CloudEvent] = (
    opened(1, "1-1", "Nước lên báo động 1", "moderate"),
    told(2, "alert.sent", "a-1", {"incident": "1-1", "person": "chu-tich"}),
    told(3, "incident.updated", "1-1", {"title": "Nước lên báo động 2", "severity": "severe", "most": 1}, lane=0),
    told(4, "incident.taken", "1-1", {"role": "leader"}),
    told(5, "incident.closed", "1-1", {"ended_at_ms": NOW_MS + 5_000, "by_hand": True}, lane=0),
    told(6, "incident.judged", "1-1", {"verdict": "true_alarm", "role": "leader"}),
    opened(7, "1-7", "Có người lạ trong kho"),
    told(8, "incident.media_deleted", "1-7", {"deleted_at_ms": NOW_MS + 8_000}),
    told(9, "recording.exported", "e-1", {"camera": "cam-1"}),
    told(10, "recording.deleted", "e-1", {"deleted_at_ms": NOW_MS}),
    reading(11, "cau", 1.2, NOW_MS),
    reading(12, "cau", 1.4, NOW_MS + 60_000),
    reading(13, "cau", 9.9, NOW_MS + 120_000, "jump"),
    told(14, "box.status", "box", {"version": "1"}),
    told(15, "box.status", "box", {"version": "2"}),
    told(16, "outbox.dropped", "lane/2", {"lane": 2, "reason": "age", "count": 3}, lane=2),
    told(17, "horn.reported", "o/h", {"outcome": "PLAYED", "played_ms": 9}),
)


async def fold(database: Database, *events: CloudEvent, source: str = BOX, now_ms: int = NOW_MS) -> None:
    async with database.change() as connection:
        await project(connection, source, events, now_ms)


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    return {table.name: await rows_of(database, table) for table in TABLES}


async def only(database: Database, table: Table) -> dict[str, Any]:
    (row,) = await rows_of(database, table)
    return row


async def test_an_incident_is_told_from_its_opening_to_its_end(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path) as database:
        await fold(database, *A_DAY[:6])
        alarm = await only(database, alarm_now)
    assert (alarm["title"], alarm["severity"], alarm["verdict"]) == ("Nước lên báo động 2", "severe", "true_alarm")
    assert (alarm["opened_ms"], alarm["ended_ms"]) == (NOW_MS + 1_000, NOW_MS + 5_000)
    assert alarm["place"] == "Cầu, dong"


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_the_order_and_however_often_the_same_is_shown(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    shuffled = dice.sample(A_DAY, len(A_DAY))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    async with sqlite_database(tmp_path / "a") as one, sqlite_database(tmp_path / "b") as other:
        await fold(one, *A_DAY)
        for event in shuffled:
            await fold(other, event)
        await fold(other, *A_DAY)
        assert await everything(one) == await everything(other)


async def test_what_was_deleted_never_shows_again(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path) as database:
        await fold(database, told(2, "incident.deleted", "1-1", {"deleted_at_ms": NOW_MS}), A_DAY[8])
        await fold(database, *A_DAY[:6], A_DAY[9])
        assert await rows_of(database, alarm_now) == []
        shown = await rows_of(database, recent_event, ("type",))
    assert [row["type"] for row in shown] == ["incident.deleted", "recording.deleted"]


async def test_a_bad_reading_is_the_newest_but_no_point_of_the_chart(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path) as database:
        await fold(database, *A_DAY[10:13])
        newest = await only(database, reading_now)
        point = await only(database, reading_point)
    assert (newest["value"], newest["quality"]) == (9.9, "jump")
    assert (point["value"], point["slot"]) == (1.4, NOW_MS // SLOT_MS % SLOTS)


async def test_a_chart_holds_seven_days_and_no_more(tmp_path: Path) -> None:
    events = [reading(n, "cau", float(n % 7), NOW_MS + n * SLOT_MS) for n in range(1, SLOTS + 101)]
    async with sqlite_database(tmp_path) as database:
        await fold(database, *events, now_ms=NOW_MS + 30 * 86_400_000)
        points = await rows_of(database, reading_point, ("at_ms",))
    assert len(points) == SLOTS
    assert min(row["at_ms"] for row in points) == NOW_MS + 101 * SLOT_MS


async def test_a_reading_of_the_future_is_left_out_except_what_is_announced(tmp_path: Path) -> None:
    far_ms = NOW_MS + 86_400_000
    planned = {"quantity": "release_planned", "unit": "m3/s"}
    async with sqlite_database(tmp_path) as database:
        await fold(database, reading(1, "cau", 1.0, far_ms), reading(2, "ho", 400.0, far_ms, **planned))
        assert (await only(database, reading_now))["station"] == "ho"
        assert await rows_of(database, reading_point) == []


async def test_a_box_with_endless_stations_fills_nothing(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path) as database:
        for start in range(0, MOST_SERIES + 150, 50):
            await fold(database, *(reading(start + n, f"s-{start + n}", 1.0, NOW_MS) for n in range(1, 51)))
        assert len(await rows_of(database, reading_now)) == MOST_SERIES
        assert len(await rows_of(database, reading_point)) == MOST_SERIES


async def test_lists_keep_the_newest_and_open_alarms_outlive_closed_ones(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path) as database:
        await fold(database, opened(1, "open", "Vẫn còn"))
        for start in range(0, MOST_CLOSED + 20, 80):
            both = [
                (
                    opened(3 * n + 3, f"i-{n}", "Đã hết"),
                    told(3 * n + 4, "incident.closed", f"i-{n}", {"ended_at_ms": NOW_MS}, lane=0),
                )
                for n in range(start, start + 80)
            ]
            await fold(database, *(event for pair in both for event in pair), now_ms=NOW_MS + start)
        names = [row["incident"] for row in await rows_of(database, alarm_now, ("incident",))]
        reports = [told(5_000 + n, "horn.reported", f"o/{n}", {"outcome": "PLAYED"}) for n in range(KEPT["air"] + 50)]
        await fold(database, *reports)
        aired = await rows_of(database, recent_event, ("topic", "seq"))
    assert len(names) == MOST_CLOSED + 1
    assert "open" in names
    assert "i-0" not in names
    kept = [row["seq"] for row in aired if row["topic"] == "air"]
    assert (len(kept), max(kept)) == (KEPT["air"], 5_000 + KEPT["air"] + 49)


async def test_a_box_that_was_replaced_counts_from_one_again(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path) as database:
        await fold(database, told(900, "box.status", "box", {"version": "old"}, at_ms=NOW_MS))
        await fold(database, told(2, "box.status", "box", {"version": "new"}, at_ms=NOW_MS + 60_000))
        assert '"new"' in (await only(database, box_now))["data"]


HOSTILE: Sequence[Any] = (
    None, 7, 10**30, -1, 1e308, True, [], {}, "", "\x00", "x\x00y", "<script>alert(1)</script>", "a" * 100_000,
    "\ufffe\u202e", ["a"] * 500, {"a": {"b": [1]}},
)  # fmt: skip


@pytest.mark.parametrize("odd", HOSTILE, ids=lambda odd: repr(odd)[:20])
async def test_odd_values_in_any_field_cost_nothing(tmp_path: Path, odd: Any) -> None:
    events = []
    for number, event in enumerate(A_DAY, start=1):
        kind = ".".join(event.type.split(".")[2:4])
        data = dict.fromkeys((*event.data, "bao_dong_m", "gauges"), odd)
        events.append(told(number, kind, event.subject, data, lane=event.lane))
    async with sqlite_database(tmp_path) as database:
        await fold(database, *events)
        assert await rows_of(database, projection_fault) == []
        assert all(len(row["data"]) < 8_100 for row in await rows_of(database, recent_event, ("data",)))


async def test_boxes_do_not_touch_each_other(tmp_path: Path) -> None:
    async with sqlite_database(tmp_path) as database:
        await fold(database, *A_DAY)
        before = await everything(database)
        await fold(database, *A_DAY, source=OTHER)
        after = await everything(database)
    for name, rows in before.items():
        assert [row for row in after[name] if row["source"] == BOX] == rows
