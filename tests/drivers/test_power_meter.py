from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.base import PowerMonitor, PowerReading, TransientDriverError
from drivers.devices.power_modbus.codec import Registers
from drivers.devices.power_modbus.fake import FakePowerMeter
from drivers.registry import open_device
from drivers.transport import modbus_rtu as rtu
from drivers.transport.fake_pty import Fault

ALL = Registers(0, 0.01, 1, 0.1, 160.0, 2, 0.1)
GOOD = PowerReading(12.63, True, -5.0)
SETTINGS: dict[str, object] = {"unit": 4, "battery_register": 0, "mains_register": 1, "temp_register": 2}


def test_golden_frames_mean_battery_mains_and_frost(exchanges: Callable[[str], list[tuple[bytes, bytes]]]) -> None:
    raw = {}
    for request, answer in exchanges("devices/power_modbus/frames/meter.txt"):
        (raw[request[3]],) = rtu.registers_of(rtu.open_answer(4, request[1:-2], answer))
    assert ALL.reading(raw) == GOOD
    assert ALL.raw(GOOD) == raw


async def test_power_is_read_and_a_silent_meter_is_a_transient_error() -> None:
    fake = FakePowerMeter(ALL, GOOD)
    await fake.start()
    meter = await open_device("power_modbus", {"device": fake.path, **SETTINGS})
    assert isinstance(meter, PowerMonitor)
    assert await meter.read_power() == GOOD
    fake.reading = PowerReading(11.2, False, 48.5)
    assert await meter.read_power() == fake.reading
    fake.fault = Fault.SILENT
    with pytest.raises(TransientDriverError):
        await meter.read_power()
    await meter.close()
    await fake.close()


async def test_what_is_not_wired_is_not_told() -> None:
    fake = FakePowerMeter(ALL, GOOD)
    await fake.start()
    meter = await open_device("power_modbus", {"device": fake.path, "unit": 4, "battery_register": 0})
    assert isinstance(meter, PowerMonitor)
    assert await meter.read_power() == PowerReading(12.63, None, None)
    await meter.close()
    await fake.close()
