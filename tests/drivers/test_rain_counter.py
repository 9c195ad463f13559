from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import GaugeReading, Station, TransientDriverError
from drivers.devices.rain_counter_modbus import Settings, setup
from drivers.devices.rain_counter_modbus.codec import Counter
from drivers.devices.rain_counter_modbus.driver import RainCounter
from drivers.devices.rain_counter_modbus.fake import FakeBucket
from drivers.transport import modbus_rtu as rtu
from drivers.transport.fake_pty import Fault

COUNTER = Counter(16, 0.2)


@pytest_asyncio.fixture
async def bucket() -> AsyncIterator[FakeBucket]:
    fake = FakeBucket(COUNTER)
    await fake.start()
    yield fake
    await fake.close()


@pytest_asyncio.fixture
async def rain(bucket: FakeBucket) -> AsyncIterator[RainCounter]:
    driver = await setup(Settings(bucket.path, unit=1, register=0))
    yield driver
    await driver.close()


async def fell(rain: RainCounter) -> float:
    (reading,) = await rain.read()
    assert (reading.quantity, reading.unit, reading.at_ms) == ("rain", "mm", None)
    return reading.value


def test_golden_frames_go_past_the_end_and_lose_their_power(
    exchanges: Callable[[str], list[tuple[bytes, bytes]]],
) -> None:
    tips = []
    for request, answer in exchanges("devices/rain_counter_modbus/frames/bucket.txt"):
        assert request == rtu.frame(1, rtu.read_registers_request(1, 1))
        tips.append(COUNTER.tips_of(rtu.registers_of(rtu.open_answer(1, request[1:-2], answer))))
    assert tips == [65_534, 3, 3, 0]
    assert [COUNTER.rain_mm(*pair) for pair in zip(tips, tips[1:], strict=False)] == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("bits", "before", "now", "mm"),
    [
        (16, 100, 107, 1.4),
        (16, 65_530, 4, 2.0),
        (16, 64_536, 0, 200.0),  # exactly as far from its end as is believed
        (16, 64_535, 0, 0.0),
        (16, 40_000, 5, 1.0),
        (32, 65_530, 65_540, 2.0),
        (32, 65_530, 4, 0.8),
        (32, 4_294_967_295, 1, 0.4),
    ],
)
def test_rain_between_two_counts(bits: int, before: int, now: int, mm: float) -> None:
    assert Counter(bits, 0.2).rain_mm(before, now) == mm


@given(st.sampled_from([16, 32]), st.booleans(), st.data())
def test_counts_come_back_and_rain_is_never_negative(bits: int, low_word_first: bool, data: st.DataObject) -> None:
    counter = Counter(bits, 0.2, low_word_first)
    before, now = (data.draw(st.integers(0, 2**bits - 1)) for _ in range(2))
    assert counter.tips_of(counter.registers(before)) == before
    assert counter.rain_mm(before, now) >= 0


async def test_the_first_reading_gives_nothing_and_each_other_what_fell_since(
    rain: RainCounter, bucket: FakeBucket
) -> None:
    assert isinstance(rain, Station)
    bucket.tips = 500
    assert await rain.read() == ()
    bucket.tips += 7
    assert await rain.read() == (GaugeReading("rain", 1.4, "mm"),)
    assert await fell(rain) == 0.0


async def test_a_device_that_lost_its_power_counts_again_from_zero(rain: RainCounter, bucket: FakeBucket) -> None:
    bucket.tips = 500
    await rain.read()
    bucket.lose_power()
    assert await fell(rain) == 0.0
    bucket.tips += 3
    assert await fell(rain) == 0.6


async def test_a_counter_of_32_bits_with_its_low_word_first() -> None:
    fake = FakeBucket(Counter(32, 0.5, low_word_first=True), register=8)
    await fake.start()
    driver = await setup(Settings(fake.path, unit=1, register=8, mm_per_tip=0.5, bits=32, first="low"))
    fake.tips = 65_535
    await driver.read()
    fake.tips += 2
    assert await fell(driver) == 1.0
    await driver.close()
    await fake.close()


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.GARBLED])
async def test_rain_that_falls_while_the_line_is_bad_is_not_lost(
    rain: RainCounter, bucket: FakeBucket, fault: Fault
) -> None:
    await rain.read()
    bucket.tips += 2
    bucket.fault = fault
    with pytest.raises(TransientDriverError):
        await rain.read()
    bucket.tips += 3
    bucket.fault = Fault.NONE
    assert await fell(rain) == 1.0
