"""Reads a river gauge."""

from __future__ import annotations

from drivers.base import GaugeReading, TransientDriverError
from drivers.devices.gauge_modbus.codec import RainScale, RiverScale
from drivers.transport.modbus_line import ModbusUnit


class RiverGauge:
    """A `Station`: "level" in m and, where there is a rain bucket, "rain_counter" in mm."""

    def __init__(self, unit: ModbusUnit, river: RiverScale, rain: RainScale | None) -> None:
        self._unit = unit
        self._river = river
        self._rain = rain

    async def read(self) -> tuple[GaugeReading, ...]:
        """Level, then rain. No echo is a `TransientDriverError`, never a number."""
        level = await self._level()
        return (level,) if self._rain is None else (level, await self._rain_counter(self._rain))

    async def close(self) -> None:
        """Give the line back."""
        await self._unit.close()

    async def _level(self) -> GaugeReading:
        (raw,) = await self._unit.read_registers(self._river.register, 1)
        level_m = self._river.level_m(raw)
        if level_m is None:
            raise TransientDriverError(f"gauge has no echo (raw {raw:#06x})")
        return GaugeReading("level", level_m, "m")

    async def _rain_counter(self, rain: RainScale) -> GaugeReading:
        (tips,) = await self._unit.read_registers(rain.register, 1)
        return GaugeReading("rain_counter", rain.rain_mm(tips), "mm")
