from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from drivers import devices
from drivers.devices.gauge_modbus import Settings as GaugeSettings
from drivers.devices.gauge_modbus import setup as setup_gauge
from drivers.devices.gauge_modbus.driver import ModbusStation
from drivers.devices.gauge_modbus.fake import FakeGauge
from drivers.devices.modem_at.driver import ModemAt
from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.notifier_zalo.fake import FakeZalo
from drivers.devices.relay_amp_modbus import Settings as AmpSettings
from drivers.devices.relay_amp_modbus import setup as setup_amp
from drivers.devices.relay_amp_modbus.driver import RelayAmp
from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from drivers.transport.serial_line import SerialLine

DRIVERS = Path(devices.__path__[0]).parent
Exchange = tuple[bytes, bytes]
BATTERY = "battery V register=1 scale=0.1"


@pytest.fixture
def exchanges() -> Callable[[str], list[Exchange]]:
    """The requests and answers of a file of frames, named below drivers/."""

    def read(name: str) -> list[Exchange]:
        lines = (DRIVERS / name).read_text(encoding="utf-8").splitlines()
        frames = [bytes.fromhex(line[2:]) for line in lines if line[:2] in ("->", "<-")]
        return list(zip(frames[::2], frames[1::2], strict=True))

    return read


@pytest_asyncio.fixture
async def board() -> AsyncIterator[FakeRelayAmp]:
    fake = FakeRelayAmp(lambda: 1234)
    await fake.start()
    yield fake
    await fake.close()


@pytest_asyncio.fixture
async def amp(board: FakeRelayAmp) -> AsyncIterator[RelayAmp]:
    driver = await setup_amp(AmpSettings(board.path, relay_unit=1, relay_channel=1, amp_unit=2))
    yield driver
    await driver.close()


@pytest_asyncio.fixture
async def river() -> AsyncIterator[FakeGauge]:
    fake = FakeGauge(lambda: 5.32, others={BATTERY: lambda: 12.4})
    await fake.start()
    yield fake
    await fake.close()


@pytest_asyncio.fixture
async def gauge(river: FakeGauge) -> AsyncIterator[ModbusStation]:
    driver = await setup_gauge(GaugeSettings(river.path, unit=1, value_2=BATTERY))
    yield driver
    await driver.close()


@pytest_asyncio.fixture
async def sim() -> AsyncIterator[FakeModem]:
    fake = FakeModem()
    await fake.start()
    yield fake
    await fake.close()


@pytest_asyncio.fixture
async def modem(sim: FakeModem) -> AsyncIterator[ModemAt]:
    driver = ModemAt(SerialLine(sim.path, 115200), command_timeout_s=0.5, send_timeout_s=0.5, between_tries_s=0.01)
    yield driver
    await driver.close()


@pytest_asyncio.fixture
async def zalo() -> AsyncIterator[FakeZalo]:
    fake = FakeZalo()
    await fake.start()
    yield fake
    await fake.close()


@pytest_asyncio.fixture
async def crossed_lines() -> AsyncIterator[tuple[str, str]]:
    """Two device paths joined by a cable: what goes into one comes out of the other."""
    ends = [os.openpty(), os.openpty()]
    for _, slave in ends:
        tty.setraw(slave)
    (left, left_slave), (right, right_slave) = ends
    loop = asyncio.get_running_loop()
    loop.add_reader(left, partial(_carry, left, right))
    loop.add_reader(right, partial(_carry, right, left))
    yield os.ttyname(left_slave), os.ttyname(right_slave)
    for end in (left, right):
        loop.remove_reader(end)
    for end in (left, left_slave, right, right_slave):
        os.close(end)


def _carry(source: int, sink: int) -> None:
    os.write(sink, os.read(source, 4096))
