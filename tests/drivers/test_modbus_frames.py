from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer.rtu import FramerRTU

from drivers.base import FinalDriverError, TransientDriverError
from drivers.transport import modbus_rtu as rtu

Exchanges = Callable[[str], list[tuple[bytes, bytes]]]
UNITS = st.integers(1, 247)
WORDS = st.integers(0, 0xFFFF)


def test_requests_are_the_published_examples(exchanges: Exchanges) -> None:
    published = [request for request, _ in exchanges("transport/frames/modbus.txt")]
    coils = rtu.unpack_bits(bytes.fromhex("CD01"), 10)
    assert published == [
        rtu.frame(0x11, rtu.read_coils_request(19, 37)),
        rtu.frame(0x11, rtu.read_registers_request(107, 3)),
        rtu.frame(0x11, rtu.write_coil_request(172, rtu.COIL_ON)),
        rtu.frame(0x11, rtu.write_register_request(1, 3)),
        rtu.frame(0x11, rtu.write_coils_request(19, coils)),
        rtu.frame(0x0A, rtu.read_coils_request(0x04A1, 1)),
    ]


def test_answers_of_the_published_examples_are_understood(exchanges: Exchanges) -> None:
    *answered, (request, refusal) = exchanges("transport/frames/modbus.txt")
    coils, registers, *_ = [rtu.open_answer(0x11, asked[1:-2], answer) for asked, answer in answered]
    assert rtu.coils_of(coils, 37)[:8] == (True, False, True, True, False, False, True, True)
    assert rtu.registers_of(registers) == (0xAE41, 0x5652, 0x4340)
    with pytest.raises(FinalDriverError, match="illegal address"):
        rtu.open_answer(0x0A, request[1:-2], refusal)


def test_answers_are_as_long_as_foretold(exchanges: Exchanges) -> None:
    for request, answer in exchanges("transport/frames/modbus.txt"):
        assert rtu.answer_size(request[1:-2], answer[:2]) == len(answer)
        assert rtu.request_size(request) == len(request)


def test_busy_device_is_worth_another_try() -> None:
    request = rtu.read_registers_request(0, 1)
    busy = rtu.frame(1, rtu.refusal_answer(request, rtu.Refusal.BUSY))
    with pytest.raises(TransientDriverError, match="busy"):
        rtu.open_answer(1, request, busy)


def test_answer_of_another_unit_function_or_address_is_refused() -> None:
    request = rtu.write_coil_request(5, rtu.COIL_ON)
    for unit, pdu in (
        (2, request),
        (1, rtu.coils_answer([True])),
        (1, rtu.write_coil_request(6, rtu.COIL_ON)),
        (1, rtu.write_coil_request(5, rtu.COIL_OFF)),
    ):
        with pytest.raises(rtu.BadFrameError):
            rtu.open_answer(1, request, rtu.frame(unit, pdu))


@given(st.binary(max_size=250))
def test_crc_is_that_of_an_independent_implementation(data: bytes) -> None:
    low_byte_first = rtu.crc16(data).to_bytes(2, "little")
    assert low_byte_first == FramerRTU.compute_CRC(data).to_bytes(2, "big")


@given(UNITS, st.binary(min_size=1, max_size=250))
def test_any_frame_comes_back(unit: int, pdu: bytes) -> None:
    assert rtu.unframe(rtu.frame(unit, pdu)) == (unit, pdu)


@given(UNITS, st.binary(min_size=1, max_size=60), st.data())
def test_one_wrong_byte_is_always_noticed(unit: int, pdu: bytes, data: st.DataObject) -> None:
    raw = bytearray(rtu.frame(unit, pdu))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(rtu.BadFrameError):
        rtu.unframe(bytes(raw))


@given(st.lists(st.booleans(), min_size=1, max_size=300))
def test_coils_come_back_in_order(coils: list[bool]) -> None:
    request = rtu.read_coils_request(0, len(coils))
    answer = rtu.open_answer(9, request, rtu.frame(9, rtu.coils_answer(coils)))
    assert rtu.coils_of(answer, len(coils)) == tuple(coils)


@given(st.lists(WORDS, min_size=1, max_size=rtu.MOST_REGISTERS))
def test_registers_come_back_in_order(values: list[int]) -> None:
    request = rtu.read_registers_request(0, len(values))
    answer = rtu.open_answer(9, request, rtu.frame(9, rtu.registers_answer(values)))
    assert rtu.registers_of(answer) == tuple(values)


@given(st.binary(max_size=300))
def test_noise_is_never_an_answer(noise: bytes) -> None:
    with pytest.raises(rtu.BadFrameError):
        rtu.open_answer(1, rtu.read_registers_request(0, 1), noise)
