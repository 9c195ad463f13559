from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import FinalDriverError, GaugeReading, MisconfiguredDriverError, Station, TransientDriverError
from drivers.devices.gauge_modbus import LEVEL, Settings, setup
from drivers.devices.gauge_modbus.codec import value_of
from drivers.devices.gauge_modbus.driver import ModbusStation
from drivers.devices.gauge_modbus.fake import FakeGauge
from drivers.registry import check_settings
from drivers.transport import modbus_rtu as rtu
from drivers.transport.fake_pty import Fault

GOLDEN = [
    (LEVEL, 5.32),
    (LEVEL, None),
    ("water_temp °C register=4 as=s16 scale=0.1", -3.5),
    ("salinity g/l input_register=16 as=f32", 1.75),
    ("pump 0/1 coil=2", 1.0),
    ("sluice 0/1 register=9 bit=2", 1.0),
]
EVERYTHING = {
    "rain_24h mm register=10 as=u32 first=low scale=0.1": 123456.7,
    "wind m/s register=6 scale=0.1": 31.4,
    "salinity g/l input_register=16 as=f32": 1.75,
    "water_temp °C register=4 as=s16 scale=0.1": -3.5,
    "pump 0/1 coil=2": 1.0,
    "sluice 0/1 register=9 bit=2": 1.0,
    "battery V register=7 scale=0.01": 12.44,
}


def test_golden_frames_mean_what_the_lines_say(exchanges: Callable[[str], list[tuple[bytes, bytes]]]) -> None:
    frames = exchanges("devices/gauge_modbus/frames/gauge.txt")
    for (request, answer), (line, expected) in zip(frames, GOLDEN, strict=True):
        value = value_of("golden", line)
        pdu = rtu.open_answer(1, request[1:-2], answer)
        if value.table == "coil":
            assert (request, rtu.coils_of(pdu, 1)) == (rtu.frame(1, rtu.read_coils_request(2, 1)), (True,))
            continue
        ask = rtu.read_registers_request if value.table == "register" else rtu.read_input_registers_request
        assert request == rtu.frame(1, ask(value.address, value.words))
        assert value.of_registers(rtu.registers_of(pdu)) == expected


@given(
    st.sampled_from(["u16", "s16", "u32", "s32"]),
    st.sampled_from(["high", "low"]),
    st.integers(0, 32_000),
    st.sampled_from([0.001, 0.01, -0.001]),
    st.sampled_from([0.0, 12.5, -3.0]),
)
def test_every_raw_value_comes_back(form: str, first: str, raw: int, scale: float, offset: float) -> None:
    value = value_of("x", f"level m register=0 as={form} first={first} scale={scale} offset={offset}")
    number = offset + raw * scale
    assert value.of_registers(value.registers(number)) == pytest.approx(number)
    assert value.of_registers(value.registers(None)) is None


async def test_a_station_reads_all_that_a_commune_measures() -> None:
    fake = FakeGauge(lambda: 5.32, others={line: partial(EVERYTHING.get, line) for line in EVERYTHING})
    await fake.start()
    lines = {f"value_{number}": line for number, line in enumerate(EVERYTHING, 2)}
    station = await setup(Settings(fake.path, unit=1, **lines))  # type: ignore[arg-type]  # all of them are lines
    found = {reading.quantity: (reading.value, reading.unit) for reading in await station.read()}
    assert found == {line.split()[0]: (shown, line.split()[1]) for line, shown in EVERYTHING.items()} | {
        "level": (5.32, "m")
    }
    await station.close()
    await fake.close()


async def test_level_and_battery_are_read(gauge: ModbusStation) -> None:
    assert isinstance(gauge, Station)
    assert await gauge.read() == (GaugeReading("level", 5.32, "m"), GaugeReading("battery", 12.4, "V"))


async def test_a_radar_above_the_water_reads_downwards() -> None:
    line = "level m register=0 scale=-0.001 offset=9.0"
    radar = FakeGauge(lambda: 5.32, unit=4, line=line)
    await radar.start()
    gauge = await setup(Settings(radar.path, unit=4, value_1=line))
    assert await gauge.read() == (GaugeReading("level", 5.32, "m"),)
    await gauge.close()
    await radar.close()


async def test_no_echo_is_an_error_and_never_a_level(gauge: ModbusStation, river: FakeGauge) -> None:
    river.level_m = lambda: None
    with pytest.raises(TransientDriverError, match="level has no echo"):
        await gauge.read()


async def test_another_sensor_that_sees_nothing_does_not_hide_the_level(gauge: ModbusStation, river: FakeGauge) -> None:
    river.others = dict.fromkeys(river.others, lambda: None)
    assert await gauge.read() == (GaugeReading("level", 5.32, "m"),)


async def test_a_register_that_is_not_there_is_final_and_named(gauge: ModbusStation, river: FakeGauge) -> None:
    river.others = {}
    with pytest.raises(FinalDriverError, match="battery at register 1: .*illegal address"):
        await gauge.read()


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("level", "quantity"),
        ("Level m register=0", "quantity"),
        ("level m", "exactly one"),
        ("level m register=0 coil=1", "exactly one"),
        ("level m register=65536", "register=65536"),
        ("level m register=1.5", "whole number"),
        ("level m register=0 as=u8", "as=u8"),
        ("level m register=0 scale=0", "scale=0"),
        ("level m register=0 scale=nan", "scale=nan"),
        ("level m register=0 bit=3 as=u32", "bit"),
        ("level m register=0 colour=red", "colour"),
        ("level m register=0 register=1", "twice"),
        ('level m register="0', "quotation"),
    ],
)
def test_a_wrong_line_is_named_when_the_file_is_read(line: str, wrong: str) -> None:
    with pytest.raises(MisconfiguredDriverError, match=f"gauge_modbus.value_3: .*{wrong}"):
        check_settings("gauge_modbus", {"device": "/dev/null", "unit": 1, "value_3": line})


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF])
async def test_a_bad_line_is_a_transient_error_and_heals(gauge: ModbusStation, river: FakeGauge, fault: Fault) -> None:
    river.fault, river.late_s = fault, 2.0
    with pytest.raises(TransientDriverError):
        await gauge.read()
    river.fault = Fault.NONE
    assert (await gauge.read())[0].value == 5.32


async def test_an_unplugged_gauge_is_a_transient_error_and_heals(gauge: ModbusStation, river: FakeGauge) -> None:
    await gauge.read()
    river.unplug()
    with pytest.raises(TransientDriverError):
        await gauge.read()
    river.plug_in()
    assert (await gauge.read())[0].value == 5.32
