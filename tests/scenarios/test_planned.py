"""What is planned sounds at its time, once, from the plans; of two urgent notices people choose the first."""

import asyncio
import datetime as dt
import time
import uuid

from edge.control.protocol import AddProgramme, OrderUrgent, PartWish, ProgrammeWish
from edge.core.local_time import VIETNAM
from edge.core.programme import GAP_MS
from tests.scenarios.village import HORNS, LOCAL, RELAY, Village, until

ALL_PLAYED = {LOCAL: ["PLAYED"], RELAY: ["PLAYED"]}
AHEAD_S = 5.0


async def planned(village: Village, notice: str, hamlets: tuple[str, ...] = ("all",)) -> str:
    """Plan a notice in a few seconds: the second part of a block whose first part began with this minute."""
    now = dt.datetime.now(VIETNAM)
    village.studio.seconds |= {"đệm": now.second + AHEAD_S - GAP_MS / 1000}
    lead = await village.approved("Tin đệm.", hamlets)
    today = now.date().isoformat()
    wish = ProgrammeWish(
        title="Khối phát thanh",
        parts=(PartWish("notice", lead), PartWish("notice", notice)),
        days=tuple(range(7)),
        times=(now.strftime("%H:%M"),),
        first=today,
        last=today,
        hamlets=hamlets,
    )
    name = str(uuid.uuid4())
    await village.station.programmes.plan(AddProgramme(id=name, wish=wish, user="lan", role="operator"))
    return name


async def airing(village: Village) -> tuple[str, str]:
    """State and order of what is planned."""
    await until_planned(village)
    ((state, order),) = await village.rows("SELECT state, horn_order FROM planned_airing")
    return state, order


async def until_planned(village: Village) -> None:
    async with asyncio.timeout(5):
        while not await village.rows("SELECT 1 FROM planned_airing"):
            await asyncio.sleep(0.05)


async def test_a_planned_notice_sounds_at_its_time_from_the_plans_and_a_pressed_one_waits_for_it(
    village: Village,
) -> None:
    village.studio.seconds = {"lịch": 2.0}
    notice, pressed = await village.approved("Tin theo lịch."), await village.approved("Tin bấm tay.")
    await planned(village, notice)
    _, order = await airing(village)
    ((at_ms,),) = await village.rows("SELECT at_ms FROM planned_airing")
    held = "SELECT count(*) FROM horn_report WHERE horn_order = ? AND held = 1"
    async with asyncio.timeout(5):
        while await village.rows(held, order) != [(len(HORNS),)]:
            await asyncio.sleep(0.05)
    await asyncio.sleep(max(0.0, at_ms / 1000 - time.time() + 0.5))
    assert all(village.sounds(horn) for horn in HORNS)
    assert await village.air(pressed) == "queued"
    await village.reaches(pressed, "aired", within_s=12)
    assert await airing(village) == ("aired", order)
    reports = await village.rows("SELECT horn, outcome FROM horn_report WHERE horn_order = ?", order)
    assert dict(reports) == dict.fromkeys(HORNS, "PLAYED")
    assert await village.reports(pressed) == ALL_PLAYED
    assert all(abs(spot.card.ms - 2_500) < 120 for spot in village.spots.values())


async def test_of_two_urgent_notices_people_choose_the_first_and_the_other_is_said_again(village: Village) -> None:
    village.studio.seconds = {"dài": 2.5}
    one = await village.approved("Tin dài thứ nhất.", priority="uu_tien")
    two = await village.approved("Tin thứ hai.", priority="uu_tien")
    await village.air(one)
    await village.heard()
    assert await village.air(two) == "queued"
    (ask,) = village.station.arbiter.asks()
    assert (ask["first"]["id"], ask["second"]["id"], ask["sounds"]) == (one, two, True)
    await village.station.programmes.order_urgent(OrderUrgent(first=two, second=one, user="lan", role="operator"))
    assert village.station.arbiter.asks() == []
    await village.reaches(two, "aired")
    await village.reaches(one, "aired")
    assert await village.reports(two) == ALL_PLAYED
    assert await village.reports(one) == {LOCAL: ["PARTIAL", "PLAYED"], RELAY: ["PARTIAL", "PLAYED"]}
    await until(lambda: not village.station.arbiter.programmes)
