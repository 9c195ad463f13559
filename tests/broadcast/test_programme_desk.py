"""What people may plan, what the calendar shows of it, and storm mode: rights, audit, ends."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.broadcast.calendar import storm_rows
from edge.broadcast.programme_desk import ProgrammeDesk
from edge.control.protocol import (
    AddProgramme,
    ChangeProgramme,
    EndStorm,
    GetCalendar,
    PartWish,
    PreviewProgramme,
    ProgrammeWish,
    RemoveProgramme,
    StartStorm,
)
from edge.core.errors import FinalError
from edge.core.policy.airtime import Hours, Limits
from edge.core.programme import MINUTE_MS, midnight_ms
from edge.store.bulletins import set_state
from edge.store.programmes import programmes_on
from tests.broadcast.planning import EAST, MONDAY, Station

LIMITS = Limits(Hours(21 * 60, 5 * 60), session_s=600.0)
ID, OTHER = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
LAN, MINH = {"user": "lan", "role": "operator"}, {"user": "minh", "role": "leader"}


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[Station]:
    found = await Station.open(tmp_path, LIMITS)
    yield found
    found.journal.close()


@pytest.fixture
def desk(station: Station) -> ProgrammeDesk:
    return station.desk()


def wish(*bulletins: str, **change: Any) -> ProgrammeWish:
    fields: dict[str, Any] = {
        "title": "Tin buổi sáng",
        "parts": tuple(PartWish("notice", bulletin) for bulletin in bulletins),
        "days": tuple(range(6)),
        "times": ("05:00",),
        "first": "2026-03-02",
        "last": "2026-03-31",
        "hamlets": ("all",),
    }
    return ProgrammeWish(**fields | change)


async def deeds(station: Station) -> list[tuple[Any, ...]]:
    return await station.rows("SELECT user, action FROM audit ORDER BY seq")


async def test_a_programme_is_kept_once_changed_and_removed_and_each_is_a_deed(
    station: Station, desk: ProgrammeDesk
) -> None:
    bulletin = await station.approved("Thu gom rác.")
    for _ in range(2):  # a button pressed twice
        await desk.plan(AddProgramme(id=ID, wish=wish(bulletin), **LAN))
    await desk.plan(ChangeProgramme(id=ID, wish=wish(bulletin, times=("06:00",)), **MINH))
    await desk.remove(RemoveProgramme(id=ID, **LAN))
    assert await deeds(station) == [("lan", "programme.add"), ("minh", "programme.change"), ("lan", "programme.remove")]
    assert await station.journal.record(programmes_on) == []
    with pytest.raises(FinalError, match="không còn trong lịch"):
        await desk.plan(ChangeProgramme(id=ID, wish=wish(bulletin), **LAN))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hamlets": ("khong-co",)}, "Không có thôn"),
        ({"last": "2026-03-01"}, "sau ngày bắt đầu"),
        ({"first": "2026-02-30"}, "Không có ngày"),
        ({"at_night": True}, "Chỉ lãnh đạo"),
        ({"parts": (PartWish("notice", "khong-co"),)}, "Không có bản tin"),
        ({"parts": (PartWish("relay", "dai-la", 30),)}, "không có trong cấu hình"),
    ],
)
async def test_what_may_not_be_planned_is_refused_in_words(
    station: Station, desk: ProgrammeDesk, change: dict[str, Any], words: str
) -> None:
    bulletin = await station.approved("Tin.")
    with pytest.raises(FinalError, match=words):
        await desk.plan(AddProgramme(id=ID, wish=wish(bulletin, **change), **LAN))
    assert await deeds(station) == []


async def test_only_what_a_leader_approved_can_be_planned(station: Station, desk: ProgrammeDesk) -> None:
    bulletin = await station.approved("Tin.")
    await station.journal.record(lambda tx: set_state(tx, bulletin, "ready"))
    with pytest.raises(FinalError, match="chưa được duyệt"):
        await desk.plan(AddProgramme(id=ID, wish=wish(bulletin), **MINH))


async def test_a_box_that_cannot_relay_says_so_when_a_relay_is_planned(tmp_path: Path) -> None:
    station = await Station.open(tmp_path, LIMITS, relays=False)
    try:
        with pytest.raises(FinalError, match="chưa tiếp sóng"):
            await station.desk().plan(AddProgramme(id=ID, wish=wish(parts=(PartWish("relay", "vov1", 30),)), **MINH))
    finally:
        station.journal.close()


async def test_the_preview_names_clashes_and_what_the_limits_leave_out_before_anything_is_kept(
    station: Station, desk: ProgrammeDesk
) -> None:
    long, short = await station.approved("Bài dài.", 300.0), await station.approved("Tin ngắn.", 60.0)
    await desk.plan(AddProgramme(id=ID, wish=wish(long), **LAN))
    wanted = wish(short, times=("05:04", "05:30", "22:00"), days=(0,), last="2026-03-02")
    found = await desk.preview(PreviewProgramme(id=OTHER, wish=wanted, **LAN))
    assert [clash["verdict"] for clash in found["clashes"]] == ["wait"]
    assert found["clashes"][0]["from_ms"] == midnight_ms(MONDAY) + 304 * MINUTE_MS
    assert [one["why"].split(" ")[0] for one in found["refused"]] == ["Từ"]
    assert len(found["airings"]) == 3
    assert len(await station.journal.record(programmes_on)) == 1
    same = await desk.preview(PreviewProgramme(id=ID, wish=wish(long, times=("05:04",)), **LAN))
    assert same["clashes"] == []  # it would replace itself


async def test_the_calendar_shows_what_was_and_what_will_be_with_the_minutes_used(
    station: Station, desk: ProgrammeDesk
) -> None:
    bulletin = await station.approved("Tin.", 300.0)
    await desk.plan(AddProgramme(id=ID, wish=wish(bulletin, times=("05:00", "05:10", "05:20")), **LAN))
    await station.refresh()
    station.clock.goes_on(62)  # two minutes past five: nobody has reported the first one
    seen = await desk.calendar(GetCalendar(first="2026-03-02", days=2, **LAN))
    assert [(one["state"], one["reports"]) for one in seen["airings"]] == [
        ("planned", {"AWAITED": 2}),
        ("planned", {}),
        ("planned", {}),
        ("planned", {}),
    ]
    assert [one["title"] for one in seen["refused"]] == ["Tin.", "Tin."]
    assert [(one["day"], one["morning_s"], one["session_limit_s"]) for one in seen["minutes"]] == [
        ("2026-03-02", 600, 600),
        ("2026-03-03", 600, 600),
    ]
    assert seen["programmes"][0]["times"] == ["05:00", "05:10", "05:20"]
    msgspec.json.encode(seen)


def storm(station: Station, bulletin: str, **change: Any) -> StartStorm:
    fields: dict[str, Any] = {
        "id": OTHER,
        "bulletin": bulletin,
        "hamlets": ("all",),
        "every_min": 60,
        "from_hour": "07:00",
        "to_hour": "20:00",
        "until_ms": station.clock.now().at_ms + 2 * 24 * 60 * MINUTE_MS,
    }
    return StartStorm(**fields | change, user="truc", role="duty")


async def test_storm_mode_repeats_until_somebody_or_its_time_ends_it(station: Station, desk: ProgrammeDesk) -> None:
    bulletin = await station.approved("Bão số 3 đang vào.", 90.0)
    for _ in range(2):
        await desk.start_storm(storm(station, bulletin))
    items = (await station.refresh())[EAST].items
    assert len(items) == 2 * 14
    assert {item.gain_db for item in items} == {0.0}
    shown = storm_rows(await station.journal.record(programmes_on))
    assert [(one["from"], one["to"], one["by"]) for one in shown] == [("07:00", "20:00", "truc")]
    await desk.end_storm(EndStorm(id=OTHER, **LAN))
    assert (await station.refresh())[EAST].items == ()
    assert await deeds(station) == [("truc", "storm.start"), ("lan", "storm.end")]


async def test_a_storm_ends_by_itself(station: Station, desk: ProgrammeDesk) -> None:
    bulletin = await station.approved("Bão.")
    await desk.start_storm(storm(station, bulletin, until_ms=station.clock.now().at_ms + 300 * MINUTE_MS))
    assert len((await station.refresh())[EAST].items) == 2  # at seven and at eight
    station.clock.goes_on(301)
    await station.refresh()
    assert await station.journal.record(programmes_on) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"to_hour": "06:00"}, "sau giờ nhắc đầu"),
        ({"until_ms": 1}, "đã qua"),
        ({"hamlets": ("khong-co",)}, "Không có thôn"),
        ({"until_ms": midnight_ms(MONDAY) + 30 * 24 * 60 * MINUTE_MS}, "nhiều nhất 14 ngày"),
    ],
)
async def test_a_storm_that_makes_no_sense_is_refused(
    station: Station, desk: ProgrammeDesk, change: dict[str, Any], words: str
) -> None:
    bulletin = await station.approved("Bão.")
    with pytest.raises(FinalError, match=words):
        await desk.start_storm(storm(station, bulletin, **change))
