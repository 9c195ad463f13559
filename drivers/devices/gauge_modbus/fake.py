"""A station on a PTY."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from drivers.devices.gauge_modbus import LEVEL
from drivers.devices.gauge_modbus.codec import Value, value_of
from drivers.transport import modbus_rtu as rtu
from drivers.transport.fake_modbus import FakeModbusLine, answer_bits, answer_registers

Shows = Callable[[], float | None]


class FakeGauge(FakeModbusLine):
    """Shows what `level_m` returns (None is no echo), and what `others` does: both by the lines of the settings.

    Faults are those of `FakePty`.
    """

    def __init__(
        self, level_m: Shows, *, unit: int = 1, line: str = LEVEL, others: Mapping[str, Shows] | None = None
    ) -> None:
        self.level_m = level_m
        self.others: dict[str, Shows] = dict(others or {})
        self._level = value_of("fake", line)
        super().__init__({unit: self._answer})

    def _answer(self, request: bytes) -> bytes:
        shown = [(self._level, self.level_m), *((value_of("fake", line), shows) for line, shows in self.others.items())]
        if request[0] in rtu.OF_BITS:
            table = "coil" if request[0] == rtu.Function.READ_COILS else "input"
            bits = {value.address: bool(shows()) for value, shows in shown if value.table == table}
            return answer_bits(request, bits.get)
        if request[0] == rtu.Function.READ_INPUT_REGISTERS:
            return answer_registers(request, _registers(shown, "input_register").get, rtu.Function.READ_INPUT_REGISTERS)
        return answer_registers(request, _registers(shown, "register").get)


def _registers(shown: list[tuple[Value, Shows]], table: str) -> dict[int, int]:
    """Bits of one register are joined."""
    found: dict[int, int] = {}
    for value, shows in shown:
        if value.table == table:
            for place, register in enumerate(value.registers(shows())):
                address = value.address + place
                found[address] = found.get(address, 0) | register
    return found
