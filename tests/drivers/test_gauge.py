from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import GaugeReading, Station, TransientDriverError
from drivers.devices.gauge_modbus import Settings, setup
from drivers.devices.gauge_modbus.codec import RiverScale
from drivers.devices.gauge_modbus.driver import RiverGauge
from drivers.devices.gauge_modbus.fake import FakeGauge
from drivers.transport import modbus_rtu as rtu
from drivers.transport.fake_pty import Fault

SCALE = RiverScale(0, 0.001, 0.0, 0xFFFE)


def test_golden_frames_mean_a_level_and_no_echo(exchanges: Callable[[str], list[tuple[bytes, bytes]]]) -> None:
    levels = []
    for request, answer in exchanges("devices/gauge_modbus/frames/gauge.txt"):
        assert request == rtu.frame(1, rtu.read_registers_request(0, 1))
        (raw,) = rtu.registers_of(rtu.open_answer(1, request[1:-2], answer))
        levels.append(SCALE.level_m(raw))
    assert levels == [5.32, None]


@given(st.integers(0, 65_534), st.sampled_from([0.001, 0.01, -0.001]), st.sampled_from([0.0, 12.5, -3.0]))
def test_every_raw_value_comes_back(raw: int, scale_m: float, offset_m: float) -> None:
    scale = RiverScale(0, scale_m, offset_m, 0xFFFE)
    assert scale.raw(scale.level_m(raw)) == raw


async def test_level_and_rain_are_read(gauge: RiverGauge) -> None:
    assert isinstance(gauge, Station)
    assert await gauge.read() == (GaugeReading("level", 5.32, "m"), GaugeReading("rain_counter", 1.4, "mm"))


async def test_a_radar_above_the_water_reads_downwards() -> None:
    radar = FakeGauge(lambda: 5.32, unit=4, scale_m=-0.001, offset_m=9.0)
    await radar.start()
    gauge = await setup(Settings(radar.path, unit=4, level_scale_m=-0.001, level_offset_m=9.0))
    assert await gauge.read() == (GaugeReading("level", 5.32, "m"),)
    await gauge.close()
    await radar.close()


async def test_no_echo_is_an_error_and_never_a_level(gauge: RiverGauge, river: FakeGauge) -> None:
    river.level_m = lambda: None
    with pytest.raises(TransientDriverError, match="no echo"):
        await gauge.read()


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF])
async def test_a_bad_line_is_a_transient_error_and_heals(gauge: RiverGauge, river: FakeGauge, fault: Fault) -> None:
    river.fault, river.late_s = fault, 2.0
    with pytest.raises(TransientDriverError):
        await gauge.read()
    river.fault = Fault.NONE
    assert (await gauge.read())[0].value == 5.32


async def test_an_unplugged_gauge_is_a_transient_error_and_heals(gauge: RiverGauge, river: FakeGauge) -> None:
    await gauge.read()
    river.unplug()
    with pytest.raises(TransientDriverError):
        await gauge.read()
    river.plug_in()
    assert (await gauge.read())[0].value == 5.32
