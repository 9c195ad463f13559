"""A horn that does not sound is an incident with its place, until it sounds again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.broadcast.horn_watch import HornWatch
from edge.broadcast.horns import Horn
from edge.core.alert import Person
from edge.core.broadcast import Outcome
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.news import HornReported
from edge.core.place import HamletId, HornId
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.store.journal import Journal

LOA, XA = HornId("loa-dong"), HornId("loa-xa")
ROSTER = [Person("an", "An", "0900000001", "", "trực"), Person("ky", "Kỳ", "0900000002", "", "kỹ thuật")]


class Watch:
    """A hand that sets the clock."""

    def __init__(self) -> None:
        self.moment = Moment(AtMs(1_790_000_000_000), Steady(1000.0), ClockState.SYNCED)

    def now(self) -> Moment:
        return self.moment

    def steady(self) -> Steady:
        return self.moment.steady

    def go_on(self, seconds: float) -> None:
        self.moment = replace(
            self.moment,
            at_ms=AtMs(self.moment.at_ms + int(seconds * 1000)),
            steady=Steady(self.moment.steady + seconds),
        )


class Scene:
    """Two horns, their watch, and the store."""

    def __init__(self, journal: Journal, clock: Watch) -> None:
        self.clock = clock
        self.journal = journal
        self.bus = Bus()
        self.horns = {
            name: Horn(name, words, HamletId("dong"), local=False)
            for name, words in ((LOA, "Loa thôn Đông"), (XA, "Loa xa"))
        }
        self.desk = IncidentDesk(journal, self.bus, ROSTER, {"dong": "Thôn Đông"})
        self.watch = HornWatch(self.horns, self.desk, journal, self.bus)

    def says(self, horn: HornId, payload: bytes) -> None:
        self.horns[horn].hear_state(payload, self.clock.moment.at_ms, self.clock.moment.steady)

    async def look(self, started: float = 0.0) -> None:
        for horn in self.horns.values():
            await self.watch._look(horn, self.clock.moment, started)

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        return await self.journal.record(lambda tx: tx.run(sql).fetchall())


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    clock = Watch()
    journal = await Journal.open(tmp_path / "molang.db", clock)
    yield Scene(journal, clock)
    journal.close()


async def test_a_silent_horn_is_an_incident_with_its_place_until_it_is_heard(scene: Scene) -> None:
    running = asyncio.create_task(scene.watch.run())
    await asyncio.sleep(0.05)
    scene.bus.publish(HornReported(LOA, Outcome.SILENT, broken_off=False))
    async with asyncio.timeout(5):
        while not await scene.rows("SELECT 1 FROM incident"):
            await asyncio.sleep(0.05)
    assert await scene.rows("SELECT kind, severity, place, hamlet, title, state FROM incident") == [
        ("horn", "moderate", "Loa thôn Đông", "dong", "Loa thôn Đông không kêu khi phát.", "open")
    ]
    assert await scene.rows("SELECT person FROM alert") == [("ky",)]
    scene.bus.publish(HornReported(LOA, Outcome.PLAYED, broken_off=False))
    async with asyncio.timeout(5):
        while not await scene.rows("SELECT 1 FROM incident WHERE state = 'closed'"):
            await asyncio.sleep(0.05)
    running.cancel()


async def test_a_play_that_a_stop_ended_is_no_fault(scene: Scene) -> None:
    scene.watch._learn(LOA, None)
    running = asyncio.create_task(scene.watch.run())
    await asyncio.sleep(0.05)
    scene.bus.publish(HornReported(LOA, Outcome.SILENT, broken_off=True))
    await asyncio.sleep(0.1)
    running.cancel()
    await scene.look()
    assert not await scene.rows("SELECT 1 FROM incident")


async def test_an_amplifier_left_on_is_grave_and_told_at_once(scene: Scene) -> None:
    scene.says(LOA, b'{"amp_on": true}')
    await scene.look()
    assert not await scene.rows("SELECT 1 FROM incident")
    scene.clock.go_on(16)
    await scene.look()
    assert await scene.rows("SELECT subject, severity FROM incident") == [("horn-health/loa-dong/left_on", "severe")]
    scene.says(LOA, b'{"amp_on": false}')
    await scene.look()
    assert await scene.rows("SELECT state FROM incident") == [("closed",)]


async def test_an_amplifier_that_is_on_because_it_plays_is_no_fault(scene: Scene) -> None:
    scene.says(LOA, b'{"amp_on": true, "playing": "1-7"}')
    await scene.look()
    scene.clock.go_on(60)
    await scene.look()
    assert not await scene.rows("SELECT 1 FROM incident")


async def test_many_horns_without_an_amplifier_are_many_incidents_and_one_sms(scene: Scene) -> None:
    for horn in (LOA, XA):
        scene.says(horn, '{"amp_fault": "Ampli không trả lời."}'.encode())
    await scene.look()
    assert await scene.rows("SELECT count(*) FROM incident WHERE state = 'open'") == [(2,)]
    assert await scene.rows("SELECT count(*) FROM alert") == [(1,)]


async def test_after_a_restart_an_open_fault_still_stands_and_one_of_a_lost_horn_is_closed(scene: Scene) -> None:
    for horn in (LOA, XA):
        scene.says(horn, '{"amp_fault": "Ampli không trả lời."}'.encode())
    await scene.look()
    again = HornWatch({LOA: scene.horns[LOA]}, scene.desk, scene.journal, scene.bus)
    await again._resume()
    await again._look(scene.horns[LOA], scene.clock.moment, 0.0)
    assert await scene.rows("SELECT subject FROM incident WHERE state = 'open'") == [
        ("horn-health/loa-dong/amplifier",)
    ]


async def test_when_a_horn_is_online_is_written_once_a_change_and_what_nobody_watched_is_said(scene: Scene) -> None:
    started = scene.clock.moment.steady
    await scene.look(started)
    assert not await scene.rows("SELECT 1 FROM horn_presence")
    scene.says(LOA, b"{}")
    await scene.look(started)
    await scene.look(started)
    scene.clock.go_on(200)
    await scene.look(started)
    rows = "SELECT horn, state FROM horn_presence ORDER BY horn, at_ms"
    assert await scene.rows(rows) == [(LOA, "online"), (LOA, "offline"), (XA, "offline")]
    again = HornWatch(scene.horns, scene.desk, scene.journal, scene.bus)
    await again._resume()
    assert await scene.rows(rows) == [
        (LOA, "online"),
        (LOA, "offline"),
        (LOA, "unwatched"),
        (XA, "offline"),
        (XA, "unwatched"),
    ]
