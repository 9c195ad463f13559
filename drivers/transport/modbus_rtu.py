"""Modbus RTU frames, pure: functions 01 02 03 04 05 06 0F, their answers and refusals.

Sources: "MODBUS Application Protocol Specification V1.1b3" (functions, exception codes) and "MODBUS over Serial Line
V1.02" (frame, CRC). A PDU is function and data; a frame is unit, PDU and CRC with its low byte first.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import IntEnum

from drivers.base import FinalDriverError, TransientDriverError

COIL_ON = 0xFF00
COIL_OFF = 0x0000
MOST_REGISTERS = 125
SHORTEST_ANSWER = 5  # unit, function, exception code, CRC
REFUSED = 0x80


class Function(IntEnum):
    """The functions that our devices use."""

    READ_COILS = 0x01
    READ_INPUTS = 0x02
    READ_REGISTERS = 0x03
    READ_INPUT_REGISTERS = 0x04
    WRITE_COIL = 0x05
    WRITE_REGISTER = 0x06
    WRITE_COILS = 0x0F


class Refusal(IntEnum):
    """Exception codes, V1.1b3 chapter 7."""

    ILLEGAL_FUNCTION = 0x01
    ILLEGAL_ADDRESS = 0x02
    ILLEGAL_VALUE = 0x03
    DEVICE_FAILURE = 0x04
    ACKNOWLEDGE = 0x05
    BUSY = 0x06


OF_BITS = (Function.READ_COILS, Function.READ_INPUTS)
OF_REGISTERS = (Function.READ_REGISTERS, Function.READ_INPUT_REGISTERS)
TRY_AGAIN = (Refusal.DEVICE_FAILURE, Refusal.ACKNOWLEDGE, Refusal.BUSY)


class BadFrameError(TransientDriverError):
    """Bytes that are not the answer to our request."""


def crc16(data: bytes) -> int:
    """CRC-16/MODBUS of `data`."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def frame(unit: int, pdu: bytes) -> bytes:
    """The bytes on the wire."""
    body = bytes((unit,)) + pdu
    return body + struct.pack("<H", crc16(body))


def unframe(raw: bytes) -> tuple[int, bytes]:
    """Unit and PDU of a whole frame."""
    if len(raw) < 4 or struct.pack("<H", crc16(raw[:-2])) != raw[-2:]:
        raise BadFrameError(f"garbled frame {raw.hex(' ')}")
    return raw[0], raw[1:-2]


def read_coils_request(address: int, count: int) -> bytes:
    """PDU that asks for `count` coils."""
    return struct.pack(">BHH", Function.READ_COILS, address, count)


def read_inputs_request(address: int, count: int) -> bytes:
    """PDU that asks for `count` discrete inputs."""
    return struct.pack(">BHH", Function.READ_INPUTS, address, count)


def read_registers_request(address: int, count: int) -> bytes:
    """PDU that asks for `count` holding registers."""
    return struct.pack(">BHH", Function.READ_REGISTERS, address, count)


def read_input_registers_request(address: int, count: int) -> bytes:
    """PDU that asks for `count` input registers: what many sensors measure into."""
    return struct.pack(">BHH", Function.READ_INPUT_REGISTERS, address, count)


def write_coil_request(address: int, word: int) -> bytes:
    """PDU that writes one coil: `COIL_ON`, `COIL_OFF`, or a word that the board's own manual defines."""
    return struct.pack(">BHH", Function.WRITE_COIL, address, word)


def write_register_request(address: int, value: int) -> bytes:
    """PDU that writes one holding register."""
    return struct.pack(">BHH", Function.WRITE_REGISTER, address, value)


def write_coils_request(address: int, coils: Sequence[bool]) -> bytes:
    """PDU that writes neighbouring coils at once."""
    packed = pack_bits(coils)
    return struct.pack(">BHHB", Function.WRITE_COILS, address, len(coils), len(packed)) + packed


def coils_answer(coils: Sequence[bool]) -> bytes:
    """PDU with which a device tells its coils."""
    packed = pack_bits(coils)
    return bytes((Function.READ_COILS, len(packed))) + packed


def inputs_answer(inputs: Sequence[bool]) -> bytes:
    """PDU with which a device tells its discrete inputs."""
    packed = pack_bits(inputs)
    return bytes((Function.READ_INPUTS, len(packed))) + packed


def registers_answer(values: Sequence[int], function: Function = Function.READ_REGISTERS) -> bytes:
    """PDU with which a device tells its holding registers, or its input registers."""
    return struct.pack(f">BB{len(values)}H", function, 2 * len(values), *values)


def refusal_answer(request: bytes, code: Refusal) -> bytes:
    """PDU with which a device refuses."""
    return bytes((request[0] | REFUSED, code))


def request_size(head: bytes) -> int | None:
    """Bytes of the request frame that starts with `head`; None while that cannot be told."""
    if len(head) < 2 or head[1] != Function.WRITE_COILS:
        return 8
    return 9 + head[6] if len(head) > 6 else None


def answer_size(request: bytes, head: bytes) -> int:
    """Bytes of the answer frame to the PDU `request`, given its first two bytes."""
    if head[1] & REFUSED:
        return SHORTEST_ANSWER
    count = int.from_bytes(request[3:5], "big")
    if request[0] in OF_BITS:
        return 5 + (count + 7) // 8
    return 5 + 2 * count if request[0] in OF_REGISTERS else 8


def open_answer(unit: int, request: bytes, raw: bytes) -> bytes:
    """The PDU of `raw`, proven to answer `request`.

    Raises `BadFrameError` for anything else, `TransientDriverError` or `FinalDriverError` for a refusal.
    """
    who, pdu = unframe(raw)
    if who != unit or pdu[0] & ~REFUSED != request[0]:
        raise BadFrameError(f"unit {who} function {pdu[0]:02x} answers, not unit {unit} function {request[0]:02x}")
    if pdu[0] & REFUSED:
        raise _refusal(pdu[1])
    _refuse_wrong_content(request, pdu)
    return pdu


def coils_of(answer: bytes, count: int) -> tuple[bool, ...]:
    """The first `count` bits of an answer to `read_coils_request` or `read_inputs_request`."""
    return unpack_bits(answer[2:], count)


def registers_of(answer: bytes) -> tuple[int, ...]:
    """The registers of an answer to `read_registers_request` or `read_input_registers_request`."""
    return struct.unpack(f">{answer[1] // 2}H", answer[2:])


def pack_bits(bits: Sequence[bool]) -> bytes:
    """Eight coils a byte, the first in the lowest bit."""
    number = sum(1 << place for place, bit in enumerate(bits) if bit)
    return number.to_bytes((len(bits) + 7) // 8, "little")


def unpack_bits(packed: bytes, count: int) -> tuple[bool, ...]:
    """The other way round."""
    number = int.from_bytes(packed, "little")
    return tuple(bool(number >> place & 1) for place in range(count))


def _refuse_wrong_content(request: bytes, pdu: bytes) -> None:
    if request[0] in (*OF_BITS, *OF_REGISTERS):
        wrong = len(pdu) != pdu[1] + 2 or len(pdu) != answer_size(request, b"\0\0") - 3
    else:
        wrong = pdu != request[:5]  # a write is echoed; of function 0F only address and count
    if wrong:
        raise BadFrameError(f"answer {pdu.hex(' ')} does not fit request {request.hex(' ')}")


def _refusal(code: int) -> FinalDriverError | TransientDriverError:
    known = code in set(Refusal)
    words = Refusal(code).name.lower().replace("_", " ") if known else "unknown reason"
    kind = TransientDriverError if code in TRY_AGAIN else FinalDriverError
    return kind(f"device refuses: {words} ({code:#04x})")
