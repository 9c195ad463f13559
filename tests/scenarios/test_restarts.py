"""What was accepted survives the end of the box at any moment, and happens once."""

import asyncio

import pytest

from edge.broadcast import airing
from edge.core.speech import Style
from tests.scenarios.village import LOCAL, RELAY, Village


async def test_a_box_that_restarts_in_mid_play_ends_with_one_report_a_horn(
    place: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(airing, "MARGIN_S", 2.0)
    place.studio.seconds = {"dài": 4.0}
    async with place.broker_runs(), place.relay_runs():
        async with place.box_runs():
            await place.horns_up()
            name = await place.approved("Tin dài.")
            await place.air(name)
            await place.heard()
            await asyncio.sleep(0.5)
        assert place.sounds(RELAY)
        await asyncio.sleep(0.5)
        assert not place.spots[LOCAL].board.coil_on(1)
        async with place.box_runs():
            await place.reaches(name, "aired", within_s=14)
            assert await place.reports(name) == {LOCAL: ["PARTIAL"], RELAY: ["PLAYED"]}
            assert len(await place.events()) == 2
            assert abs(place.spots[RELAY].card.ms - 4_000) < 60


async def test_a_report_that_came_while_the_box_was_away_is_not_lost(place: Village) -> None:
    place.studio.seconds = {"dài": 2.0}
    async with place.broker_runs(), place.relay_runs():
        async with place.box_runs():
            await place.horns_up(RELAY)
            name = await place.approved("Tin dài.", ("dong",))
            await place.air(name)
            await place.heard(RELAY)
        await asyncio.sleep(2.5)
        assert not place.sounds(RELAY)
        async with place.box_runs():
            await place.reaches(name, "aired")
            assert await place.reports(name) == {RELAY: ["PLAYED"]}


async def test_what_waited_for_air_time_airs_after_the_restart(place: Village) -> None:
    place.studio.seconds = {"dài": 2.0}
    async with place.broker_runs(), place.relay_runs():
        async with place.box_runs():
            await place.horns_up(RELAY)
            first, second = await place.approved("Tin dài.", ("dong",)), await place.approved("Tin sau.", ("dong",))
            assert (await place.air(first), await place.air(second)) == ("airing", "queued")
            await place.heard(RELAY)
        async with place.box_runs():
            await place.reaches(second, "aired", within_s=12)
            assert await place.reports(second) == {RELAY: ["PLAYED"]}


async def test_what_was_stopped_stays_silent_after_a_restart(place: Village) -> None:
    """The horn was away for all of it and comes back when the box does: it must not hear the old PLAY."""
    place.studio.seconds = {"dài": 5.0}
    async with place.broker_runs():
        async with place.relay_runs(), place.box_runs():
            await place.horns_up(RELAY)
            name = await place.approved("Tin dài.", ("dong",))
            await asyncio.sleep(0.5)
        async with place.box_runs():
            await place.air(name)
            await asyncio.sleep(0.5)
            await place.stop()
        async with place.box_runs(), place.relay_runs():
            await place.horns_up(RELAY)
            await asyncio.sleep(1.5)
            assert await place.state(name) == "stopped"
            assert place.spots[RELAY].card.ms == 0


async def test_a_notice_is_rendered_after_a_restart_in_the_middle(place: Village) -> None:
    asked = asyncio.Event()

    async def never(spoken: str, _style: Style) -> tuple[object, str, str]:
        asked.set()
        await asyncio.sleep(60)
        raise AssertionError

    place.render = never  # type: ignore[assignment]
    async with place.box_runs():
        drafting = asyncio.create_task(place.drafted("Mời bà con đi họp."))
        async with asyncio.timeout(5):
            await asked.wait()
        drafting.cancel()
    place.render = place.studio.render
    async with place.box_runs():
        ((name,),) = await place.rows("SELECT id FROM bulletin")
        await place.reaches(name, "ready")
        assert len(await place.clips(name)) == 1
