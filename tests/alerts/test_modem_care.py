"""A modem that hangs is brought back: by its own command, then by its power, each once, and neither too soon."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from drivers.base import Amplifier
from drivers.devices.modem_at.driver import ModemAt
from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.modem_at.fake_network import Hang
from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from drivers.registry import open_device
from drivers.transport.serial_line import SerialLine
from edge.alerts.modem_care import AGAIN_S, POWER_AFTER_S, RESET_AFTER_S, ModemCare
from edge.kernel.bus import Bus
from edge.replay.clock import ReplayClock
from edge.store.journal import Journal

T0 = 1_795_000_000_000


@pytest.fixture
async def sim() -> AsyncIterator[FakeModem]:
    sim = FakeModem()
    sim.plug_in()
    yield sim
    await sim.close()


@pytest.fixture
async def board() -> AsyncIterator[FakeRelayAmp]:
    board = FakeRelayAmp()
    await board.start()
    yield board
    await board.close()


class Night:
    """One modem, its relay, and a clock that is moved by hand."""

    def __init__(self, care: ModemCare, clock: ReplayClock) -> None:
        self.care = care
        self._clock = clock

    async def after(self, seconds: float) -> bool:
        """Look that many seconds after the beginning; whether the modem works."""
        self._clock.move_to(T0 + round(seconds * 1000))
        await self.care.look()
        return self.care.ok


@pytest.fixture
async def night(
    tmp_path: Path, sim: FakeModem, board: FakeRelayAmp, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Night]:
    monkeypatch.setattr("drivers.devices.modem_at.session.RESET_S", 0.2)
    monkeypatch.setattr("edge.alerts.modem_care.POWER_OFF_S", 1.0)
    clock = ReplayClock(T0)
    journal = await Journal.open(tmp_path / "molang.db", clock)
    modem = ModemAt(SerialLine(sim.path, 115200), command_timeout_s=0.2)
    yield Night(ModemCare("sim-1", modem, relay_at(board), journal, Bus()), clock)
    await modem.close()
    journal.close()


def relay_at(board: FakeRelayAmp) -> Callable[[], Awaitable[Amplifier]]:
    async def opened() -> Amplifier:
        settings: dict[str, str | int | float | bool] = {
            "device": str(board.path), "relay_unit": 1, "relay_channel": 3, "amp_unit": 2,
        }  # fmt: skip
        relay = await open_device("relay_amp_modbus", settings)
        assert isinstance(relay, Amplifier)
        return relay

    return opened


async def test_one_that_hears_its_reset_is_reset_and_keeps_its_power(
    night: Night, sim: FakeModem, board: FakeRelayAmp
) -> None:
    assert await night.after(0)
    sim.hang = Hang.UNTIL_RESET
    assert not await night.after(10)
    assert not await night.after(10 + RESET_AFTER_S - 1)
    assert not [command for command in sim.commands if "CFUN=1,1" in command]
    await night.after(10 + RESET_AFTER_S)
    assert await works(night, 12 + RESET_AFTER_S)
    assert board.changes == []


async def test_one_that_hears_nothing_loses_its_power_for_some_seconds_and_comes_back(
    night: Night, sim: FakeModem, board: FakeRelayAmp
) -> None:
    sim.hang = Hang.UNTIL_POWER
    await night.after(0)
    await night.after(RESET_AFTER_S)
    assert board.changes == []
    await night.after(POWER_AFTER_S)
    async with asyncio.timeout(5):
        while len(board.changes) < 2:
            await asyncio.sleep(0.05)
    cut, given_back = board.changes
    assert (cut.channel, cut.on, given_back.channel, given_back.on) == (3, True, 3, False)
    assert 0.8 <= given_back.steady - cut.steady <= 2.0
    sim.power_cycle()
    assert await works(night, POWER_AFTER_S + 10)


async def test_a_power_cut_is_tried_once_in_a_quarter_of_an_hour(
    night: Night, sim: FakeModem, board: FakeRelayAmp
) -> None:
    sim.hang = Hang.UNTIL_POWER
    for seconds in (0.0, POWER_AFTER_S, POWER_AFTER_S + 60, POWER_AFTER_S + 300):
        await night.after(seconds)
    assert [change.on for change in board.changes].count(True) == 1
    await night.after(AGAIN_S)
    await night.after(AGAIN_S + POWER_AFTER_S)
    assert [change.on for change in board.changes].count(True) == 2


async def test_a_relay_that_is_not_there_is_told_and_harms_nothing(
    night: Night, sim: FakeModem, board: FakeRelayAmp, caplog: pytest.LogCaptureFixture
) -> None:
    sim.hang = Hang.UNTIL_POWER
    board.unplug()
    await night.after(0)
    await night.after(POWER_AFTER_S)
    assert "power relay does not work" in caplog.text
    sim.power_cycle()
    assert await works(night, POWER_AFTER_S + 10)


async def works(night: Night, seconds: float) -> bool:
    """A modem needs a moment after it started."""
    for _ in range(60):
        if await night.after(seconds):
            return True
        await asyncio.sleep(0.05)
    return False
