"""A node's own clock against a real NTP server on loopback."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from edge.core.errors import TransientError
from edge.core.moment import ClockState
from edge.kernel.wire.node import NodeSetup
from edge.node import timekeeping
from edge.node.sntp import ask_time, question, reply_of
from edge.node.timekeeping import Timekeeper
from hil.crystal import Crystal
from hil.time_server import TimeServer, serving, stamp, true_ms

BARE = NodeSetup("h", ("d",), "", "", "", "", "", {}, "", {}, "", {})


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timekeeping, "BETWEEN_S", 0.01)
    monkeypatch.setattr(timekeeping, "FIRST_POLL_S", 0.1)
    monkeypatch.setattr(timekeeping, "SLOWEST_POLL_S", 0.2)


def keeper_in(folder: Path, port: int, raw: Crystal, rtc: str = "", sounds: Callable[[], bool] = bool) -> Timekeeper:
    setup = NodeSetup(
        **{
            **msgspec.structs.asdict(BARE),
            "data_folder": str(folder),
            "time_server": f"127.0.0.1:{port}",
            "rtc": rtc,
        }
    )
    return Timekeeper(setup, raw, sounds, lambda: None)


@asynccontextmanager
async def kept(keeper: Timekeeper) -> AsyncIterator[Timekeeper]:
    task = asyncio.create_task(keeper.run())
    try:
        yield keeper
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def reaches(keeper: Timekeeper, state: ClockState) -> None:
    async with asyncio.timeout(5):
        while keeper.clock.now().clock is not state:
            await asyncio.sleep(0.01)


def wrong_ms(keeper: Timekeeper) -> float:
    """How far the node's clock is off the machine's, by the instant at which it says a round number."""
    at_ms = keeper.clock.now().at_ms + 1_000
    left_s = keeper.clock.steady_of(at_ms) - keeper.clock.steady()
    return at_ms - (time.time() + left_s) * 1000


async def test_a_clock_that_is_two_seconds_off_is_right_within_a_millisecond_after_one_burst(tmp_path: Path) -> None:
    async with serving(TimeServer()) as server:
        keeper = keeper_in(tmp_path, server.port, Crystal(off_ms=-2_000, ppm=50))
        assert keeper.clock.now().clock is ClockState.FLOOR
        async with kept(keeper):
            await reaches(keeper, ClockState.SYNCED)
            assert abs(wrong_ms(keeper)) < 1.5
            assert keeper.off_ms is not None


async def test_a_server_that_does_not_know_the_time_is_not_believed(tmp_path: Path) -> None:
    async with serving(TimeServer(lost=True)) as server, kept(keeper_in(tmp_path, server.port, Crystal())) as keeper:
        await asyncio.sleep(0.3)
        assert keeper.clock.now().clock is ClockState.FLOOR
        assert keeper.fault != ""
        server.lost = False
        await reaches(keeper, ClockState.SYNCED)
        await asyncio.sleep(0.02)
        assert keeper.fault == ""


async def test_a_time_before_the_last_known_one_is_never_believed(tmp_path: Path) -> None:
    async with serving(TimeServer()) as server:
        async with kept(keeper_in(tmp_path, server.port, Crystal())) as keeper:
            await reaches(keeper, ClockState.SYNCED)
        server.now_ms = lambda: true_ms() - 3_600_000
        again = keeper_in(tmp_path, server.port, Crystal(off_ms=-86_400_000))
        async with kept(again):
            await asyncio.sleep(0.4)
            assert again.clock.now().clock is ClockState.FLOOR
            assert again.clock.now().at_ms > true_ms() - 60_000
            assert "cũ hơn" in again.fault


async def test_the_clock_does_not_step_while_something_sounds(tmp_path: Path) -> None:
    sounding = True
    async with serving(TimeServer()) as server:
        keeper = keeper_in(tmp_path, server.port, Crystal(), sounds=lambda: sounding)
        async with kept(keeper):
            await reaches(keeper, ClockState.SYNCED)
            server.now_ms = lambda: true_ms() - 800
            told = [keeper.clock.now().at_ms]
            until = time.monotonic() + 1.0
            while time.monotonic() < until:
                await asyncio.sleep(0.005)
                told.append(keeper.clock.now().at_ms)
            assert told == sorted(told)
            assert wrong_ms(keeper) > -100
            sounding = False
            await asyncio.sleep(0.6)
            assert wrong_ms(keeper) == pytest.approx(-800, abs=5)


async def test_a_week_without_the_box_leaves_the_time_known_and_three_weeks_do_not(tmp_path: Path) -> None:
    raw = Crystal()
    async with serving(TimeServer()) as server, kept(keeper_in(tmp_path, server.port, raw)) as keeper:
        await reaches(keeper, ClockState.SYNCED)
    raw.jump_s = 7 * 86_400
    assert keeper.clock.now().clock is ClockState.RTC
    raw.jump_s = 21 * 86_400
    assert keeper.clock.now().clock is ClockState.FLOOR


class Chip:
    """A clock chip as the kernel shows it; it tells any date."""

    def __init__(self, folder: Path, wrong_s: int) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.wrong_s = wrong_s

    async def run(self) -> None:
        while True:
            draft = self.folder / "new"
            draft.write_text(f"{int(time.time()) + self.wrong_s}\n")
            draft.replace(self.folder / "since_epoch")
            await asyncio.sleep(0.005)


async def test_a_chip_of_any_date_tells_the_time_after_a_power_cut(tmp_path: Path) -> None:
    chip = Chip(tmp_path / "rtc0", wrong_s=-1_000_000)
    running = asyncio.create_task(chip.run())
    await asyncio.sleep(0.05)
    async with serving(TimeServer()) as server:
        async with kept(keeper_in(tmp_path, server.port, Crystal(), str(chip.folder))) as keeper:
            await reaches(keeper, ClockState.SYNCED)
            async with asyncio.timeout(3):
                while not (tmp_path / "clock.json").exists():
                    await asyncio.sleep(0.02)
        server.deaf = True
        again = keeper_in(tmp_path, server.port, Crystal(off_ms=-9e9), str(chip.folder))
        async with kept(again):
            await reaches(again, ClockState.RTC)
            assert abs(wrong_ms(again)) < 60
    running.cancel()


async def test_a_chip_that_went_back_or_stands_still_is_not_believed(tmp_path: Path) -> None:
    chip = Chip(tmp_path / "rtc0", wrong_s=-500)
    (tmp_path / "clock.json").write_text(
        f'{{"at_ms":1800000000000,"rtc_s":{int(time.time())},"rtc_at_ms":1800000000000}}'
    )
    running = asyncio.create_task(chip.run())
    await asyncio.sleep(0.05)
    async with kept(keeper_in(tmp_path, 9, Crystal(), str(chip.folder))) as keeper:
        await asyncio.sleep(1.2)
        assert keeper.clock.now().clock is ClockState.FLOOR
    running.cancel()


async def test_nobody_answers_is_an_error_that_names_the_server() -> None:
    async with serving(TimeServer(deaf=True)) as server:
        with pytest.raises(TransientError, match=r"127\.0\.0\.1"):
            await asyncio.wait_for(ask_time("127.0.0.1", server.port, Crystal()), 4)


def test_an_answer_to_another_question_is_refused() -> None:
    packet = bytearray(question(b"87654321"))
    packet[0], packet[1] = 4 << 3 | 4, 2
    packet[24:32], packet[32:40], packet[40:48] = b"87654321", stamp(1.8e12), stamp(1.8e12 + 1)
    reply = reply_of(bytes(packet), b"87654321")
    assert (reply.received_ms, reply.sent_ms) == pytest.approx((1.8e12, 1.8e12 + 1), abs=1e-3)
    for spoilt in (b"12345678", b"\0" * 8):
        with pytest.raises(TransientError):
            reply_of(bytes(packet), spoilt)
    with pytest.raises(TransientError):
        reply_of(bytes(packet[:47]), b"87654321")


def test_the_year_2036_does_not_turn_the_clock_back() -> None:
    at_ms = 2_100_000_000_000.0  # July 2036
    packet = bytearray(48)
    packet[0], packet[1] = 4 << 3 | 4, 2
    packet[32:40] = packet[40:48] = stamp(at_ms)
    assert replace(reply_of(bytes(packet), bytes(8))).sent_ms == pytest.approx(at_ms, abs=1e-3)
