"""A station on Modbus RTU: a river gauge, and whatever else hangs on the same unit."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.devices.gauge_modbus.codec import Value, value_of
from drivers.devices.gauge_modbus.driver import ModbusStation
from drivers.settings import Baud, UnitNumber
from drivers.transport.modbus_line import open_unit
from drivers.value_line import value_lines

LEVEL = "level m register=0 scale=0.001"


@dataclass(frozen=True, slots=True)
class Settings:
    """`value_1` to `value_8` are lines as the README explains; `value_1` is what the station is there for."""

    device: str
    unit: UnitNumber
    value_1: str = LEVEL
    value_2: str | None = None
    value_3: str | None = None
    value_4: str | None = None
    value_5: str | None = None
    value_6: str | None = None
    value_7: str | None = None
    value_8: str | None = None
    baud: Baud = 9600

    def __post_init__(self) -> None:
        self.values()

    def values(self) -> tuple[Value, ...]:
        """The lines, read."""
        return tuple(value_of(name, line) for name, line in value_lines("gauge_modbus", self))


async def setup(settings: Settings) -> ModbusStation:
    """The driver; asks nothing yet."""
    return ModbusStation(open_unit(settings.device, settings.baud, settings.unit), settings.values())
