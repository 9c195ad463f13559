"""Fake Modbus units on one fake line."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Mapping

from drivers.transport import modbus_rtu as rtu
from drivers.transport.fake_pty import FakePty

Answer = Callable[[bytes], bytes]
FORGET_AFTER_S = 0.05  # a request whose rest does not follow at once is dropped, as the silence between frames demands


class FakeModbusLine(FakePty):
    """Gives each well-formed request to the unit it names. Garbled requests and absent units meet silence."""

    def __init__(self, units: Mapping[int, Answer]) -> None:
        super().__init__(self._on_request_bytes)
        self._units = units
        self._came = b""
        self._came_steady = 0.0

    def _on_request_bytes(self, data: bytes) -> None:
        now = time.monotonic()
        fresh = now - self._came_steady > FORGET_AFTER_S
        self._came = data if fresh else self._came + data
        self._came_steady = now
        while (size := rtu.request_size(self._came)) and len(self._came) >= size:
            raw, self._came = self._came[:size], self._came[size:]
            self._on_frame(raw)

    def _on_frame(self, raw: bytes) -> None:
        try:
            unit, request = rtu.unframe(raw)
        except rtu.BadFrameError:
            self._came = b""
            return
        if unit in self._units:
            self.send(rtu.frame(unit, self._units[unit](request)))


def answer_registers(
    request: bytes, register: Callable[[int], int | None], function: rtu.Function = rtu.Function.READ_REGISTERS
) -> bytes:
    """Answer a read of registers; `register` gives None for an address that the device does not have."""
    if request[0] != function:
        return rtu.refusal_answer(request, rtu.Refusal.ILLEGAL_FUNCTION)
    first, count = struct.unpack(">HH", request[1:5])
    if not 1 <= count <= rtu.MOST_REGISTERS:
        return rtu.refusal_answer(request, rtu.Refusal.ILLEGAL_VALUE)
    values = (register(address) for address in range(first, first + count))
    there = [value for value in values if value is not None]
    if len(there) < count:
        return rtu.refusal_answer(request, rtu.Refusal.ILLEGAL_ADDRESS)
    return rtu.registers_answer(there, function)


def answer_bits(request: bytes, bit: Callable[[int], bool | None]) -> bytes:
    """Answer a read of coils or of discrete inputs in the same way."""
    if request[0] not in rtu.OF_BITS:
        return rtu.refusal_answer(request, rtu.Refusal.ILLEGAL_FUNCTION)
    first, count = struct.unpack(">HH", request[1:5])
    there = [value for value in map(bit, range(first, first + count)) if value is not None]
    if len(there) < count:
        return rtu.refusal_answer(request, rtu.Refusal.ILLEGAL_ADDRESS)
    return rtu.coils_answer(there) if request[0] == rtu.Function.READ_COILS else rtu.inputs_answer(there)
