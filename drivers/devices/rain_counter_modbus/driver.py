"""Reads a tipping bucket."""

from __future__ import annotations

from drivers.base import GaugeReading
from drivers.devices.rain_counter_modbus.codec import Counter
from drivers.transport.modbus_line import ModbusUnit


class RainCounter:
    """A `Station`: "rain" in mm since the reading before.

    The first reading gives nothing: what the counter shows fell at an unknown time. A reading that fails loses nothing,
    the next one brings the rain of both, as long as this driver stays open.
    """

    def __init__(self, unit: ModbusUnit, register: int, counter: Counter) -> None:
        self._unit = unit
        self._register = register
        self._counter = counter
        self._before: int | None = None

    async def read(self) -> tuple[GaugeReading, ...]:
        """What fell since the last time. Spikes are not judged here: a false count of one reading is for the reader."""
        now = self._counter.tips_of(await self._unit.read_registers(self._register, self._counter.words))
        before, self._before = self._before, now
        return () if before is None else (GaugeReading("rain", self._counter.rain_mm(before, now), "mm"),)

    async def close(self) -> None:
        """Give the line back."""
        await self._unit.close()
