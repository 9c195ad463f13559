from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import AmpEvidence, Amplifier, FinalDriverError, TransientDriverError
from drivers.devices.relay_amp_modbus import Settings, codec, setup
from drivers.devices.relay_amp_modbus.driver import RelayAmp
from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from drivers.transport import modbus_rtu as rtu
from drivers.transport.fake_pty import Fault

SLOWEST_ANSWER_S = 2.0  # two questions of three tries of 0.3 s, and the gaps


def test_commands_are_those_of_the_boards_manual(
    exchanges: Callable[[str], list[tuple[bytes, bytes]]],
) -> None:
    manual = [request for request, _ in exchanges("devices/relay_amp_modbus/frames/waveshare_relay.txt")]
    assert manual == [
        rtu.frame(1, rtu.write_coil_request(codec.coil_of(1), rtu.COIL_ON)),
        rtu.frame(1, rtu.write_coil_request(codec.coil_of(1), rtu.COIL_OFF)),
        rtu.frame(1, rtu.write_coil_request(codec.flash_on_address(1), codec.flash_units(0.7))),
        rtu.frame(1, rtu.write_coil_request(codec.flash_on_address(2), codec.flash_units(0.8))),
        rtu.frame(1, rtu.read_coils_request(0, 8)),
    ]


def test_answers_are_those_of_the_boards_manual(
    exchanges: Callable[[str], list[tuple[bytes, bytes]]],
) -> None:
    for request, answer in exchanges("devices/relay_amp_modbus/frames/waveshare_relay.txt"):
        assert rtu.open_answer(1, request[1:-2], answer)


@given(st.integers(1, codec.MOST_CHANNELS), st.floats(codec.SHORTEST_ON_S, codec.LONGEST_ON_S))
def test_the_board_is_never_told_less_time_than_asked(channel: int, seconds: float) -> None:
    request = rtu.write_coil_request(codec.flash_on_address(channel), codec.flash_units(seconds))
    found = codec.flashed_channel(request)
    assert found is not None
    assert found[0] == channel
    assert seconds - 1e-6 <= found[1] < seconds + 0.1


@given(st.integers(0, 0xFFFF), st.integers(-400, 1500))
def test_meter_registers_come_back(current_ma: int, tenths: int) -> None:
    reading = codec.MeterReading(current_ma, tenths / 10)
    assert codec.meter_reading(codec.meter_registers(reading)) == reading


async def test_amplifier_is_on_with_evidence_and_off_without(amp: RelayAmp, board: FakeRelayAmp) -> None:
    assert isinstance(amp, Amplifier)
    await amp.hold_on(5)
    assert board.coil_on(1)
    assert await amp.measure() == AmpEvidence(on=True, current_ma=1234)
    await amp.off()
    assert await amp.measure() == AmpEvidence(on=False, current_ma=0)
    assert [(change.channel, change.on) for change in board.changes] == [(1, True), (1, False)]


async def test_amplifier_goes_off_by_itself_when_nobody_renews(amp: RelayAmp, board: FakeRelayAmp) -> None:
    await amp.hold_on(0.3)
    await amp.close()
    await asyncio.sleep(0.9)
    on, off = board.changes
    assert not board.coil_on(1)
    assert 0.25 < off.steady - on.steady < 0.8


async def test_amplifier_goes_off_by_itself_even_when_unplugged(amp: RelayAmp, board: FakeRelayAmp) -> None:
    await amp.hold_on(0.2)
    board.unplug()
    await asyncio.sleep(0.35)
    assert not board.coil_on(1)


async def test_renewing_keeps_the_amplifier_on_without_a_gap(amp: RelayAmp, board: FakeRelayAmp) -> None:
    for _ in range(5):
        await amp.hold_on(0.3)
        await asyncio.sleep(0.1)
    assert board.coil_on(1)
    assert len(board.changes) == 1


async def test_off_ends_a_running_hold(amp: RelayAmp, board: FakeRelayAmp) -> None:
    await amp.hold_on(0.2)
    await amp.off()
    await asyncio.sleep(0.3)
    assert [change.on for change in board.changes] == [True, False]


async def test_a_relay_that_does_not_close_is_reported(amp: RelayAmp, board: FakeRelayAmp) -> None:
    board.stuck = True
    with pytest.raises(TransientDriverError, match="relay 1 acknowledged but is off"):
        await amp.hold_on(5)


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF])
async def test_a_bad_line_is_a_transient_error_in_time_and_heals(
    amp: RelayAmp, board: FakeRelayAmp, fault: Fault
) -> None:
    board.fault, board.late_s = fault, 1.2
    started = time.monotonic()
    with pytest.raises(TransientDriverError, match="unit 1 does not answer 3 times"):
        await amp.hold_on(5)
    assert time.monotonic() - started < SLOWEST_ANSWER_S
    board.fault = Fault.NONE
    await asyncio.sleep(0.4 if fault is Fault.LATE else 0)
    await amp.off()
    assert not board.coil_on(1)


async def test_an_unplugged_board_is_a_transient_error_and_heals(amp: RelayAmp, board: FakeRelayAmp) -> None:
    await amp.hold_on(5)
    board.unplug()
    with pytest.raises(TransientDriverError):
        await amp.off()
    board.plug_in()
    await amp.off()
    assert not board.coil_on(1)


async def test_one_garbled_answer_is_asked_again(amp: RelayAmp, board: FakeRelayAmp) -> None:
    board.fault = Fault.GARBLED
    asyncio.get_running_loop().call_later(0.1, setattr, board, "fault", Fault.NONE)
    await amp.hold_on(5)
    assert board.coil_on(1)


@pytest.mark.parametrize("seconds", [0.0, -1.0, 4000.0, float("nan")])
async def test_a_time_that_the_board_cannot_keep_is_refused(amp: RelayAmp, board: FakeRelayAmp, seconds: float) -> None:
    with pytest.raises(FinalDriverError):
        await amp.hold_on(seconds)
    assert not board.changes


async def test_two_amplifiers_share_a_board_and_a_line() -> None:
    board = FakeRelayAmp(lambda: 500, relay_unit=9, channels=4, amp_units={2: 1, 3: 4})
    await board.start()
    first = await setup(Settings(board.path, relay_unit=9, relay_channel=1, amp_unit=2))
    fourth = await setup(Settings(board.path, relay_unit=9, relay_channel=4, amp_unit=3))
    await asyncio.gather(first.hold_on(5), fourth.off())
    loud, quiet = await asyncio.gather(first.measure(), fourth.measure())
    assert loud == AmpEvidence(on=True, current_ma=500)
    assert quiet == AmpEvidence(on=False, current_ma=0)
    for part in (first, fourth, board):
        await part.close()


async def test_a_channel_that_the_board_does_not_have_is_a_final_error(board: FakeRelayAmp) -> None:
    driver = await setup(Settings(board.path, relay_unit=1, relay_channel=9, amp_unit=2))
    with pytest.raises(FinalDriverError, match="illegal address"):
        await driver.hold_on(1)
    await driver.close()


@pytest.mark.parametrize("level_db", [0.0, -12.5, -90.0])
async def test_a_meter_with_a_level_tells_it_and_the_idle_current_is_subtracted(level_db: float) -> None:
    board = FakeRelayAmp(lambda: 520, level_db=lambda: level_db)
    await board.start()
    amp = await setup(Settings(board.path, 1, 1, 2, idle_ma=120, level_register=2))
    await amp.hold_on(5)
    assert await amp.measure() == AmpEvidence(on=True, current_ma=400, level_db=level_db)
    for part in (amp, board):
        await part.close()
