"""A board with a key and a button on a PTY."""

from __future__ import annotations

import struct

from drivers.base import SwitchState
from drivers.devices.key_switch_modbus.codec import Inputs
from drivers.transport import modbus_rtu as rtu
from drivers.transport.fake_modbus import FakeModbusLine

RELEASED = SwitchState(key_turned=False, stop_pressed=False)


class FakeKeySwitch(FakeModbusLine):
    """Key and button as `state` says. Faults are those of `FakePty`."""

    def __init__(self, inputs: Inputs, *, unit: int = 3, channels: int = 8) -> None:
        self.state = RELEASED
        self._inputs = inputs
        self._channels = channels
        super().__init__({unit: self._answer})

    def _answer(self, request: bytes) -> bytes:
        if request[0] != rtu.Function.READ_INPUTS:
            return rtu.refusal_answer(request, rtu.Refusal.ILLEGAL_FUNCTION)
        first, count = struct.unpack(">HH", request[1:5])
        if first + count > self._channels:
            return rtu.refusal_answer(request, rtu.Refusal.ILLEGAL_ADDRESS)
        return rtu.inputs_answer(self._inputs.closed(self.state, self._channels)[first : first + count])
