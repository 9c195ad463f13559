from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import LocalSwitch, SwitchState, TransientDriverError
from drivers.devices.key_switch_modbus import Settings, setup
from drivers.devices.key_switch_modbus.codec import Inputs
from drivers.devices.key_switch_modbus.driver import KeySwitch
from drivers.devices.key_switch_modbus.fake import FakeKeySwitch
from drivers.registry import open_device
from drivers.transport import modbus_rtu as rtu
from drivers.transport.fake_pty import Fault

TURNED, PRESSED = SwitchState(True, False), SwitchState(False, True)


@pytest_asyncio.fixture
async def pole() -> AsyncIterator[FakeKeySwitch]:
    fake = FakeKeySwitch(Inputs(1, 2))
    await fake.start()
    yield fake
    await fake.close()


@pytest_asyncio.fixture
async def switch(pole: FakeKeySwitch) -> AsyncIterator[KeySwitch]:
    driver = await setup(Settings(pole.path, unit=3, key_input=1, stop_input=2))
    yield driver
    await driver.close()


def test_golden_frames_mean_key_and_button(exchanges: Callable[[str], list[tuple[bytes, bytes]]]) -> None:
    seen = []
    for request, answer in exchanges("devices/key_switch_modbus/frames/inputs.txt"):
        assert request == rtu.frame(3, rtu.read_inputs_request(0, 2))
        seen.append(Inputs(1, 2).state(rtu.coils_of(rtu.open_answer(3, request[1:-2], answer), 2)))
    assert seen == [TURNED, PRESSED]


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_every_state_comes_back(key: bool, stop: bool, key_opens: bool, stop_opens: bool) -> None:
    inputs = Inputs(3, 1, key_opens=key_opens, stop_opens=stop_opens)
    state = SwitchState(key, stop)
    assert inputs.state(inputs.closed(state, 8)) == state


async def test_key_and_button_are_read(pole: FakeKeySwitch, switch: KeySwitch) -> None:
    assert isinstance(switch, LocalSwitch)
    for state in (TURNED, PRESSED, SwitchState(False, False)):
        pole.state = state
        assert await switch.read_switch() == state


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF])
async def test_a_bad_line_is_a_transient_error_and_heals(pole: FakeKeySwitch, switch: KeySwitch, fault: Fault) -> None:
    pole.fault, pole.late_s = fault, 2.0
    with pytest.raises(TransientDriverError):
        await switch.read_switch()
    pole.fault = Fault.NONE
    await switch.read_switch()


async def test_a_key_alone_has_no_button() -> None:
    alone = FakeKeySwitch(Inputs(2, None))
    await alone.start()
    driver = await open_device("key_switch_modbus", {"device": alone.path, "unit": 3, "key_input": 2})
    assert isinstance(driver, LocalSwitch)
    alone.state = SwitchState(True, True)
    assert await driver.read_switch() == TURNED
    await driver.close()
    await alone.close()
