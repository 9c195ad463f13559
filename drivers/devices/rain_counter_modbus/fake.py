"""A tipping bucket on a PTY."""

from __future__ import annotations

from drivers.devices.rain_counter_modbus.codec import Counter
from drivers.transport.fake_modbus import FakeModbusLine, answer_registers


class FakeBucket(FakeModbusLine):
    """Shows `tips`, which starts at 0 again after the counter's end; `lose_power` starts it earlier.

    Faults are those of `FakePty`.
    """

    def __init__(self, counter: Counter, *, register: int = 0, unit: int = 1) -> None:
        self.tips = 0
        self._counter = counter
        self._register = register
        super().__init__({unit: lambda request: answer_registers(request, self._registers().get)})

    def lose_power(self) -> None:
        """The count is gone."""
        self.tips = 0

    def _registers(self) -> dict[int, int]:
        return dict(enumerate(self._counter.registers(self.tips), self._register))
