"""The outbox keeps itself within its bounds; room that runs out is told, closes telemetry, and opens it again."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.news import RoomChanged
from edge.core.policy.lanes import DAY_MS, KEPT_ACKED_MS
from edge.core.policy.room import ENOUGH, Level, Reason
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.store import ballast
from edge.store.journal import Journal, Tx
from edge.store.outbox import LANE_ALARM, LANE_TELEMETRY, backlog, mark_acked
from edge.store.tombstones import ON_THE_WAY
from edge.sync.outbox_keeper import EvenClock, OutboxKeeper
from edge.sync.room_watch import SUBJECT, RoomWatch

NOW_MS = 1_790_000_000_000
FINE = (10, 100, "")
"""What recording says of its share."""


class StepClock:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.ms, self.s, self.state = NOW_MS, 100.0, ClockState.SYNCED

    def now(self) -> Moment:
        return Moment(AtMs(self.ms), self.steady(), self.state)

    def steady(self) -> Steady:
        return Steady(self.s)

    def pass_s(self, seconds: float) -> None:
        self.s += seconds
        self.ms += round(seconds * 1000)


@asynccontextmanager
async def a_store(folder: Path) -> AsyncIterator[tuple[Journal, StepClock]]:
    clock = StepClock()
    journal = await Journal.open(folder / "molang.db", clock)
    try:
        yield journal, clock
    finally:
        journal.close()


async def tell(journal: Journal, lane: int, count: int, **data: Any) -> None:
    def work(tx: Tx) -> None:
        for number in range(count):
            tx.event(lane, "reading.taken", "song", data or {"value": number})

    await journal.record(work)


async def stones(journal: Journal) -> list[tuple[str, int]]:
    """(reason, count) of each tombstone."""
    rows = await journal.record(lambda tx: tx.run("SELECT data FROM outbox WHERE type = 'outbox.dropped'").fetchall())
    found = [json.loads(text) for (text,) in rows]
    return [(one["reason"], one["count"]) for one in found]


def green() -> Level:
    return Level.GREEN


async def test_what_arrived_a_month_ago_is_forgotten_and_what_waits_stays(tmp_path: Path) -> None:
    async with a_store(tmp_path) as (journal, clock):
        await tell(journal, LANE_ALARM, 30)
        ids = [f"1-{number}" for number in range(1, 21)]
        await journal.with_connection(lambda c: mark_acked(c, ids, clock.ms))
        keeper = OutboxKeeper(journal, green, lambda _: ())
        clock.ms += KEPT_ACKED_MS - 1
        assert await keeper.tidy() == 0
        clock.ms += 2
        clock.state = ClockState.FLOOR
        assert await keeper.tidy() == 0
        clock.state = ClockState.SYNCED
        assert await keeper.tidy() == 20
        seen = await journal.with_connection(backlog)
        assert (seen.waiting, seen.sent) == (10, 20)


async def test_when_room_is_short_what_arrived_goes_at_once_and_then_telemetry(tmp_path: Path) -> None:
    async with a_store(tmp_path) as (journal, clock):
        await tell(journal, LANE_ALARM, 300)
        await tell(journal, LANE_TELEMETRY, 700)
        await journal.with_connection(lambda c: mark_acked(c, ["1-1", "1-2"], clock.ms))
        keeper = OutboxKeeper(journal, lambda: Level.RED, lambda _: ())
        await keeper.tidy()
        assert await stones(journal) == [("pressure", 700 - ON_THE_WAY)]
        left = await journal.record(lambda tx: tx.run("SELECT lane, count(*) FROM outbox GROUP BY lane").fetchall())
        assert dict(left) == {LANE_ALARM: 298, LANE_TELEMETRY: ON_THE_WAY + 1}


async def test_what_was_not_queued_is_told_once_there_is_room(tmp_path: Path) -> None:
    async with a_store(tmp_path) as (journal, _clock):
        journal.closed_lanes = frozenset({LANE_TELEMETRY})
        await tell(journal, LANE_TELEMETRY, 4)
        level = Level.RED
        keeper = OutboxKeeper(journal, lambda: level, lambda _: ())
        await keeper.tidy()
        assert await stones(journal) == []
        level = Level.YELLOW
        await keeper.tidy()
        assert await stones(journal) == [("not_queued", 4)]


async def test_a_step_of_the_clock_makes_nothing_old_for_a_day(tmp_path: Path) -> None:
    async with a_store(tmp_path) as (journal, clock):
        await tell(journal, LANE_TELEMETRY, 300)
        keeper = OutboxKeeper(journal, green, lambda _: ())
        for _ in range(3):
            clock.pass_s(DAY_MS / 2000)
            await keeper.tidy()
        clock.ms += 365 * DAY_MS
        assert await keeper.tidy() == 0
        clock.ms -= 365 * DAY_MS
        assert await keeper.tidy() == 0
        for _ in range(62):
            clock.pass_s(DAY_MS / 2000)
            await keeper.tidy()
        assert await stones(journal) == [("age", 300 - ON_THE_WAY)]


def test_a_clock_is_even_after_a_day_without_a_step() -> None:
    clock, even = StepClock(), EvenClock()
    assert [_asked(even, clock, DAY_MS / 1000) for _ in range(3)] == [False, True, True]
    clock.ms += 10 * 60_000
    assert not even.trusted(clock.now())
    clock.state = ClockState.RTC
    assert [_asked(even, clock, DAY_MS / 1000) for _ in range(2)] == [False, False]


def _asked(even: EvenClock, clock: StepClock, after_s: float) -> bool:
    clock.pass_s(after_s)
    return even.trusted(clock.now())


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How much is free, by hand; the files are real."""
    usage = {"free": 100 * 1024**3}
    total = 200 * 1024**3
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: type("Usage", (), {"free": usage["free"], "total": total, "used": 0})
    )
    return usage


@asynccontextmanager
async def a_watch(folder: Path) -> AsyncIterator[tuple[RoomWatch, Journal, StepClock, Bus]]:
    async with a_store(folder) as (journal, clock):
        bus = Bus()
        desk = IncidentDesk(journal, bus, (), {})
        ballast.keep_ballast(folder)
        yield RoomWatch(folder, journal, bus, desk, lambda: FINE), journal, clock, bus


async def incidents(journal: Journal) -> list[tuple[str, str]]:
    rows = await journal.record(lambda tx: tx.run("SELECT subject, state FROM incident ORDER BY rowid").fetchall())
    return [(subject, state) for subject, state in rows]


async def test_red_is_an_incident_closes_telemetry_and_is_over_when_there_is_room(
    tmp_path: Path, disk: dict[str, int]
) -> None:
    async with a_watch(tmp_path) as (watch, journal, _clock, bus):
        with bus.listen(RoomChanged) as news:
            assert await watch.look() == ENOUGH
            disk["free"] = 100 * 1024**2
            room = await watch.look()
            assert (room.level, room.reason) == (Level.RED, Reason.DISK)
            assert journal.closed_lanes == {LANE_TELEMETRY}
            assert watch.section()["level"] == "red"
            await watch.look()
            assert await incidents(journal) == [(SUBJECT, "open")]
            disk["free"] = 100 * 1024**3
            assert await watch.look() == ENOUGH
            assert journal.closed_lanes == frozenset()
            assert await incidents(journal) == [(SUBJECT, "closed")]
            assert len(news.waiting()) == 2


async def test_a_box_that_starts_while_it_is_red_opens_no_second_incident(tmp_path: Path, disk: dict[str, int]) -> None:
    disk["free"] = 100 * 1024**2
    for _ in range(2):
        async with a_watch(tmp_path) as (watch, journal, _clock, _bus):
            await watch.look()
            assert await incidents(journal) == [(SUBJECT, "open")]


async def test_a_reserve_that_was_given_up_is_red_and_is_laid_anew(tmp_path: Path, disk: dict[str, int]) -> None:
    async with a_watch(tmp_path) as (watch, _journal, clock, _bus):
        (tmp_path / ballast.NAME).unlink()
        disk["free"] = 20 * 1024**2
        assert (await watch.look()).reason is Reason.RESERVE
        disk["free"] = 100 * 1024**3
        clock.pass_s(60)
        assert await watch.look() == ENOUGH
        assert (tmp_path / ballast.NAME).stat().st_size == ballast.BALLAST_BYTES


def test_the_first_part_goes_when_the_disk_is_all_but_full_the_store_keeps_its_own(
    tmp_path: Path, disk: dict[str, int]
) -> None:
    ballast.keep_ballast(tmp_path)
    assert not ballast.give_first(tmp_path)
    disk["free"] = 1024**2
    assert ballast.give_first(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [ballast.NAME]


async def test_recordings_that_complain_are_yellow_for_people_only(tmp_path: Path, disk: dict[str, int]) -> None:
    async with a_watch(tmp_path) as (watch, journal, _clock, _bus):
        watch._media = lambda: (99, 100, "Hạn mức đã đầy.")
        room = await watch.look()
        assert room == replace(room, level=Level.YELLOW, store=Level.GREEN, sentence="Hạn mức đã đầy.")
        assert watch.level() is Level.GREEN
        await asyncio.sleep(0)
        assert await incidents(journal) == []
