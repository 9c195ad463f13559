"""Reads what feeds a horn."""

from __future__ import annotations

from drivers.base import PowerReading
from drivers.devices.power_modbus.codec import Registers
from drivers.transport.modbus_line import ModbusUnit


class PowerMeter:
    """A `PowerMonitor`: up to three registers of a meter."""

    def __init__(self, unit: ModbusUnit, registers: Registers) -> None:
        self._unit = unit
        self._registers = registers

    async def read_power(self) -> PowerReading:
        """Battery, mains and temperature now."""
        raw = {}
        for register in self._registers.wanted:
            (raw[register],) = await self._unit.read_registers(register, 1)
        return self._registers.reading(raw)

    async def close(self) -> None:
        """Give the line back."""
        await self._unit.close()
