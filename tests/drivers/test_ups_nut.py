"""NUT: a real upsd, and what a real one does not show."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import DriverError, FinalDriverError, MisconfiguredDriverError, TransientDriverError, Ups, UpsReading
from drivers.devices.ups_nut import Settings, codec, driver, setup
from drivers.devices.ups_nut.fake import FakeUpsd, Fault
from hil.nut import NAME, NO_NUT, running_supply

FRAME = Path(codec.__file__).parent / "frames" / "list_var.txt"
TOLD = {"ups.status": "OL CHRG", "battery.charge": "97", "battery.runtime": "2520"}


@pytest.fixture
async def upsd() -> AsyncIterator[FakeUpsd]:
    upsd = FakeUpsd(TOLD)
    await upsd.start()
    yield upsd
    await upsd.close()


def test_the_captured_answer_is_read() -> None:
    lines = FRAME.read_text().splitlines()
    told = codec.variables([line for line in lines if not line.startswith("#")], "tu")
    assert codec.reading(told) == UpsReading(mains=False, low=True, charge_pct=42.0, runtime_s=930.0)


@pytest.mark.skipif(bool(NO_NUT), reason=NO_NUT)
async def test_a_real_upsd_tells_of_mains_that_fail() -> None:
    async with running_supply({"ups.status": "OB LB", "battery.charge": "42", "battery.runtime": "930"}) as supply:
        ups = await setup(Settings(ups=NAME, port=supply.port))
        assert isinstance(ups, Ups)
        assert await first_word(ups) == UpsReading(mains=False, low=True, charge_pct=42.0, runtime_s=930.0)
        stranger = await setup(Settings(ups="khac", port=supply.port))
        with pytest.raises(MisconfiguredDriverError, match="UNKNOWN-UPS"):
            await stranger.read_ups()


async def first_word(ups: Ups) -> UpsReading:
    """A driver that has just been started says WAIT."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await ups.read_ups()
            except TransientDriverError:
                await asyncio.sleep(0.1)


async def test_what_cannot_be_is_not_known(upsd: FakeUpsd) -> None:
    upsd.told |= {"battery.charge": "-1", "battery.runtime": "99999999", "ups.status": "OL RB"}
    ups = await setup(Settings(ups="ups", port=upsd.port))
    assert await ups.read_ups() == UpsReading(True, False, None, None, replace_battery=True)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.SILENT, TransientDriverError),
        (Fault.HALF, TransientDriverError),
        (Fault.GARBLED, TransientDriverError),
        (Fault.ENDLESS, FinalDriverError),
        (Fault.STALE, TransientDriverError),
    ],
)
async def test_every_fault_is_one_error_within_the_deadline(
    upsd: FakeUpsd, fault: Fault, error: type[DriverError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "DEADLINE_S", 0.5)
    upsd.fault = fault
    ups = await setup(Settings(ups="ups", port=upsd.port))
    with pytest.raises(error):
        await ups.read_ups()
    upsd.fault = Fault.NONE
    assert (await ups.read_ups()).mains


async def test_nobody_there_is_tried_again() -> None:
    ups = await setup(Settings(ups="ups", port=1))
    with pytest.raises(TransientDriverError):
        await ups.read_ups()


@pytest.mark.parametrize("name", ["", "a b", "ups\nLOGOUT", "x" * 65])
async def test_a_name_that_could_be_a_command_is_refused(name: str) -> None:
    with pytest.raises(MisconfiguredDriverError, match=r"ups_nut\.ups"):
        await setup(Settings(ups=name))


@given(st.lists(st.text(max_size=80), max_size=8))
def test_any_lines_give_a_reading_or_one_of_our_errors(lines: list[str]) -> None:
    try:
        codec.reading(codec.variables(lines, "ups"))
    except DriverError:
        return
