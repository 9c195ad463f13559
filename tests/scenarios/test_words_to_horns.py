"""From a text to the reports of the horns, through the store, the broker, the nodes and their amplifiers."""

import asyncio
import sqlite3
import time
from contextlib import closing

import pytest

from edge.broadcast import airing, orders
from edge.core.errors import FinalError, TransientError
from tests.scenarios.village import HORNS, LOCAL, RELAY, Village, until

ALL_PLAYED = {LOCAL: ["PLAYED"], RELAY: ["PLAYED"]}


async def test_a_notice_is_drafted_approved_aired_and_every_horn_reports_once(village: Village) -> None:
    name = await village.approved("Mời bà con đi họp.")
    assert await village.air(name) == "airing"
    await village.reaches(name, "aired")
    assert await village.reports(name) == ALL_PLAYED
    events = await village.events()
    assert len(events) == len(set(events)) == len(HORNS)
    assert all(abs(spot.card.ms - 500) < 60 for spot in village.spots.values())
    assert not any(spot.board.coil_on(1) for spot in village.spots.values())


async def test_an_unread_text_can_be_neither_approved_nor_aired(village: Village) -> None:
    name = await village.drafted("Mã xq17zz cần đọc.")
    assert await village.state(name) == "unread"
    with pytest.raises(FinalError):
        await village.desk.approve(name, "0" * 64, "minh", "leader")
    with pytest.raises(FinalError, match="chưa được duyệt"):
        await village.air(name)


async def test_who_wrote_it_cannot_approve_it_and_nobody_what_he_did_not_hear(village: Village) -> None:
    name = await village.drafted("Mời bà con đi họp.")
    seal = await village.seal(name)
    with pytest.raises(FinalError, match="không được tự duyệt"):
        await village.desk.approve(name, seal, "lan", "leader")
    with pytest.raises(FinalError, match="nghe lại"):
        await village.desk.approve(name, "0" * 64, "minh", "leader")
    assert await village.state(name) == "ready"
    with pytest.raises(FinalError):
        await village.air(name)


async def test_the_same_press_twice_airs_once(village: Village) -> None:
    name = await village.approved("Mời bà con đi họp.")
    states = await asyncio.gather(*(village.air(name, "press-1") for _ in range(3)))
    assert set(states) == {"airing"}
    await village.reaches(name, "aired")
    assert await village.air(name, "press-1") == "aired"
    assert await village.reports(name) == ALL_PLAYED


async def test_an_equal_notice_waits_and_then_airs(village: Village) -> None:
    first = await village.approved("Tin thứ nhất.")
    second = await village.approved("Tin thứ hai.")
    assert (await village.air(first), await village.air(second)) == ("airing", "queued")
    with pytest.raises(FinalError, match="đang chờ phát"):
        await village.air(second)
    await village.reaches(second, "aired")
    assert (await village.reports(first), await village.reports(second)) == (ALL_PLAYED, ALL_PLAYED)


async def test_an_urgent_notice_takes_the_horns_from_a_common_one_which_is_said_again(village: Village) -> None:
    village.studio.seconds = {"dài": 3.0}
    long, urgent = await village.approved("Tin dài."), await village.approved("Nước lên.", priority="khan_cap")
    await village.air(long)
    await village.heard()
    await asyncio.sleep(0.4)
    assert await village.air(urgent) == "airing"
    await village.reaches(urgent, "aired")
    await village.reaches(long, "aired")
    assert await village.reports(long) == {LOCAL: ["PARTIAL", "PLAYED"], RELAY: ["PARTIAL", "PLAYED"]}
    assert await village.reports(urgent) == ALL_PLAYED


async def test_stop_silences_within_half_a_second_and_stops_what_waits(village: Village) -> None:
    village.studio.seconds = {"dài": 8.0}
    long, waiting = await village.approved("Tin dài."), await village.approved("Tin chờ.")
    elsewhere = await village.approved("Tin thôn Đông.", ("dong",))
    await village.air(long)
    await village.air(waiting)
    await village.air(elsewhere)
    await village.heard()
    await asyncio.sleep(0.4)
    pressed = time.monotonic()
    await village.stop("trung")
    await until(lambda: not village.sounds(LOCAL))
    assert village.spots[LOCAL].last_sound() - pressed < 0.5
    assert village.sounds(RELAY)
    assert await village.state(long) == await village.state(waiting) == "stopped"
    assert await village.state(elsewhere) == "queued"
    await village.stop("all")
    await until(lambda: not village.sounds(RELAY))
    await until(lambda: not village.spots[RELAY].board.coil_on(1))
    assert await village.state(elsewhere) == "stopped"
    assert village.spots[LOCAL].card.ms < 4_000


async def test_stop_reaches_the_horns_while_the_disk_takes_nothing_and_is_written_afterwards(village: Village) -> None:
    village.studio.seconds = {"dài": 10.0}
    long = await village.approved("Tin dài.")
    await village.air(long)
    await village.heard()
    with closing(sqlite3.connect(village.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        pressed = time.monotonic()
        with pytest.raises(TransientError, match="đĩa chưa ghi được"):
            await village.stop()
        assert not any(village.sounds(horn) for horn in HORNS)
        assert all(spot.last_sound() - pressed < 0.5 for spot in village.spots.values())
        other.execute("ROLLBACK")
    await village.reaches(long, "stopped")
    assert await village.rows("SELECT count(*) FROM horn_order WHERE op = 'stop'") == [(1,)]
    assert await village.rows("SELECT count(*) FROM audit WHERE action = 'horns.stop'") == [(1,)]
    await until(lambda: not village.station.arbiter.programmes)
    again = await village.approved("Tin sau.")
    await village.air(again)
    await village.reaches(again, "aired")
    assert await village.reports(again) == ALL_PLAYED


async def test_a_silent_amplifier_is_reported_silent(village: Village) -> None:
    village.spots[RELAY].broken = True
    name = await village.approved("Mời bà con đi họp.")
    await village.air(name)
    await village.reaches(name, "aired")
    assert await village.reports(name) == {LOCAL: ["PLAYED"], RELAY: ["SILENT"]}


async def test_a_horn_that_is_away_ends_unknown_and_holds_up_nobody_after_a_stop(
    place: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(airing, "READY_WITHIN_S", 2.0)
    monkeypatch.setattr(orders, "PLAY_LIFE_MS", 4_000)
    async with place.broker_runs(), place.box_runs():
        await place.horns_up(LOCAL)
        name = await place.approved("Mời bà con đi họp.")
        await place.air(name)
        await place.reaches(name, "aired")
        assert await place.reports(name) == {LOCAL: ["PLAYED"], RELAY: ["UNKNOWN"]}
        monkeypatch.setattr(airing, "READY_WITHIN_S", 60.0)
        wrong, right = await place.approved("Tin nhầm."), await place.approved("Tin đúng.")
        await place.air(wrong)
        await place.heard(LOCAL)
        await place.stop()
        assert await place.air(right) == "airing"


async def test_one_bulletin_that_cannot_be_aired_harms_no_other(village: Village) -> None:
    village.studio.seconds = {"dài": 2.0}
    first = await village.approved("Tin dài.")
    broken, good = await village.approved("Tin hỏng."), await village.approved("Tin tốt.")
    await village.air(first)
    await village.air(broken)
    await village.air(good)
    sha256 = (await village.clips(broken))[0]
    assert sha256 == (await village.clips(good))[0]  # the same tone: only the broken one gets a recording of no clip
    await village.rows("UPDATE recording SET clips = '[\"gone\"]' WHERE id IN "
                       "(SELECT recording FROM bulletin WHERE id = ?)", broken)  # fmt: skip
    await village.reaches(good, "aired")
    assert await village.state(broken) == "failed"
    assert (await village.reports(first), await village.reports(good)) == (ALL_PLAYED, ALL_PLAYED)
