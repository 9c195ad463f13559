"""A box whose clock is wrong: it stepped by a year, or stands in 1970 after a power cut. Its events still arrive."""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from edge.core.moment import AtMs, ClockState, Moment, Steady
from hil import pki
from hil.pki import Authority
from tests.hub.province import LOOPBACK, Province
from tests.sync.box import is_down, is_up, started

YEAR_MS = 365 * 86_400_000
DAY = dt.timedelta(days=1)


@dataclass
class SteppedClock:
    """The machine's clock, moved by so much."""

    by_ms: int = 0
    state: ClockState = ClockState.SYNCED

    def now(self) -> Moment:
        return Moment(AtMs(time.time_ns() // 1_000_000 + self.by_ms), self.steady(), self.state)

    def steady(self) -> Steady:
        return Steady(time.monotonic())


def in_1970() -> SteppedClock:
    """What a box without a clock battery believes when power is back."""
    return SteppedClock(-time.time_ns() // 1_000_000, ClockState.FLOOR)


@pytest.fixture
def with_dates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Province]:
    """A province of an authority that is valid, whose hub has a certificate with these dates."""

    def made(begins: dt.timedelta, lasts: dt.timedelta) -> Province:
        folder = tmp_path / "province"
        Authority(folder / "pki", (LOOPBACK,))
        with monkeypatch.context() as patch:
            patch.setattr(pki, "EARLY", -begins)
            patch.setattr(pki, "VALID", begins + lasts)
            return Province(folder)

    return made


@pytest.mark.parametrize("years", [1, -1])
async def test_a_clock_that_steps_by_a_year_and_back_loses_and_doubles_nothing(
    province: Province, tmp_path: Path, years: int
) -> None:
    clock = SteppedClock()
    async with province.running() as doors, started(tmp_path, province.settings(doors.boxes), clock=clock) as box:
        for step in range(6):
            clock.by_ms = years * YEAR_MS * (step % 2)
            clock.state = (ClockState.SYNCED, ClockState.RTC)[step % 2]
            await box.tell(step % 3, range(step * 10, step * 10 + 10))
        await box.until_drained()
        await box.until(is_up)
        arrived = await province.events(doors.boxes)
    assert sorted(int(one["subject"]) for one in arrived) == list(range(60))
    for lane in range(3):
        seqs = [one["seq"] for one in arrived if one["lane"] == lane]
        assert seqs == sorted(seqs)
    assert {one["clock"] for one in arrived} == {"synced", "rtc"}


async def test_a_box_in_1970_reaches_a_province_whose_certificate_is_not_valid_yet(
    with_dates: Callable[..., Province], tmp_path: Path
) -> None:
    province = with_dates(10 * DAY, 60 * DAY)
    async with province.running() as doors, started(tmp_path, province.settings(doors.boxes), clock=in_1970()) as box:
        await box.tell(0, ["alarm"])
        await box.until_drained()
        await box.until(is_up)
        (row,) = box.outbox()
    assert row["clock"] == "floor"


async def test_a_clock_behind_what_the_store_knew_is_doubted_too(
    with_dates: Callable[..., Province], tmp_path: Path
) -> None:
    province = with_dates(10 * DAY, 60 * DAY)
    async with started(tmp_path, None, clock=SteppedClock()) as box:
        await box.tell(0, ["before the cut"])
    old = SteppedClock(-YEAR_MS // 12, ClockState.RTC)
    async with province.running() as doors, started(tmp_path, province.settings(doors.boxes), clock=old) as box:
        await box.until_drained()


async def test_a_certificate_of_the_future_is_refused_by_a_clock_that_is_sure_and_the_wall_says_why(
    with_dates: Callable[..., Province], tmp_path: Path
) -> None:
    province = with_dates(10 * DAY, 60 * DAY)
    sure = SteppedClock()
    async with province.running() as doors, started(tmp_path, province.settings(doors.boxes), clock=sure) as box:
        await box.tell(0, ["alarm"])
        await box.until(is_down)
        assert "xem lại giờ của hộp" in box.sync.status.detail
        assert len(box.waiting()) == 1


async def test_a_certificate_that_had_ended_when_the_clock_was_last_known_is_refused(
    with_dates: Callable[..., Province], tmp_path: Path
) -> None:
    province = with_dates(-400 * DAY, 300 * DAY)
    async with started(tmp_path, None, clock=SteppedClock()) as box:
        await box.tell(0, ["before the cut"])
    async with province.running() as doors, started(tmp_path, province.settings(doors.boxes), clock=in_1970()) as box:
        await box.until(is_down)
        assert "Chứng thư của tỉnh" in box.sync.status.detail
        assert len(box.waiting()) == 1


async def test_a_box_in_1970_still_refuses_a_false_province(
    with_dates: Callable[..., Province], province: Province, tmp_path: Path
) -> None:
    false = Province(tmp_path / "false")
    async with false.running() as doors, started(tmp_path, province.settings(doors.boxes), clock=in_1970()) as box:
        await box.tell(0, ["alarm"])
        await box.until(is_down)
        assert "Chứng thư của tỉnh" in box.sync.status.detail
        assert await false.events(doors.boxes) == []


async def test_a_box_in_1970_still_refuses_another_name(tmp_path: Path) -> None:
    """The hub of this authority, but its certificate is for another address."""
    Authority(tmp_path / "pki", ("192.0.2.1",)).issue("hub")
    province = Province(tmp_path)
    async with province.running() as doors, started(tmp_path, province.settings(doors.boxes), clock=in_1970()) as box:
        await box.tell(0, ["alarm"])
        await box.until(is_down)
        assert "Chứng thư của tỉnh" in box.sync.status.detail
        assert len(box.waiting()) == 1
