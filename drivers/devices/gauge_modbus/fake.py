"""A river gauge on a PTY."""

from __future__ import annotations

from collections.abc import Callable

from drivers.devices.gauge_modbus.codec import RiverScale
from drivers.transport.fake_modbus import FakeModbusLine, answer_registers


class FakeGauge(FakeModbusLine):
    """Shows what `level_m` returns (None is no echo), scaled as a new gauge is: 1 mm a count, in register 0.

    `rain_tips`, if given, is counted in register 1. Faults are those of `FakePty`.
    """

    def __init__(
        self,
        level_m: Callable[[], float | None],
        *,
        rain_tips: Callable[[], int] | None = None,
        unit: int = 1,
        scale_m: float = 0.001,
        offset_m: float = 0.0,
    ) -> None:
        self.level_m = level_m
        self.rain_tips = rain_tips
        self._scale = RiverScale(0, scale_m, offset_m, 0xFFFE)
        super().__init__({unit: self._answer})

    def _answer(self, request: bytes) -> bytes:
        return answer_registers(request, self._register)

    def _register(self, address: int) -> int | None:
        if address == self._scale.register:
            return self._scale.raw(self.level_m())
        if address == 1 and self.rain_tips is not None:
            return self.rain_tips() & 0xFFFF
        return None
