"""Reads a station."""

from __future__ import annotations

from drivers.base import DriverError, GaugeReading, TransientDriverError
from drivers.devices.gauge_modbus.codec import OF_BITS, Value
from drivers.transport.modbus_line import ModbusUnit


class ModbusStation:
    """A `Station`: what its settings name, in their order. The first is what the station is there for."""

    def __init__(self, unit: ModbusUnit, values: tuple[Value, ...]) -> None:
        self._unit = unit
        self._values = values

    async def read(self) -> tuple[GaugeReading, ...]:
        """Measure now.

        A sensor without an echo is never a number: the first one makes the reading a `TransientDriverError`, another is
        left out.
        """
        found = [(value, await self._value(value)) for value in self._values]
        if found[0][1] is None:
            raise TransientDriverError(f"{found[0][0].quantity} has no echo")
        return tuple(GaugeReading(value.quantity, number, value.unit) for value, number in found if number is not None)

    async def close(self) -> None:
        """Give the line back."""
        await self._unit.close()

    async def _value(self, value: Value) -> float | None:
        try:
            return await self._asked(value)
        except DriverError as error:
            raise type(error)(f"{value.quantity} at {value.table} {value.address}: {error}") from error

    async def _asked(self, value: Value) -> float | None:
        if value.table in OF_BITS:
            read = self._unit.read_coils if value.table == "coil" else self._unit.read_inputs
            (on,) = await read(value.address, 1)
            return float(on)
        if value.table == "input_register":
            return value.of_registers(await self._unit.read_input_registers(value.address, value.words))
        return value.of_registers(await self._unit.read_registers(value.address, value.words))
