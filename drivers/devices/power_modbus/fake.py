"""A meter on a PTY."""

from __future__ import annotations

from drivers.base import PowerReading
from drivers.devices.power_modbus.codec import Registers
from drivers.transport.fake_modbus import FakeModbusLine, answer_registers


class FakePowerMeter(FakeModbusLine):
    """Shows `reading`. Faults are those of `FakePty`."""

    def __init__(self, registers: Registers, reading: PowerReading, *, unit: int = 4) -> None:
        self.reading = reading
        self._registers = registers
        super().__init__({unit: lambda request: answer_registers(request, self._registers.raw(self.reading).get)})
