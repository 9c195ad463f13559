"""Reads a key and a button at a horn."""

from __future__ import annotations

from drivers.base import SwitchState
from drivers.devices.key_switch_modbus.codec import Inputs
from drivers.transport.modbus_line import ModbusUnit


class KeySwitch:
    """A `LocalSwitch`: inputs of a board."""

    def __init__(self, unit: ModbusUnit, inputs: Inputs) -> None:
        self._unit = unit
        self._inputs = inputs

    async def read_switch(self) -> SwitchState:
        """How key and button stand now."""
        return self._inputs.state(await self._unit.read_inputs(0, self._inputs.count))

    async def close(self) -> None:
        """Give the line back."""
        await self._unit.close()
