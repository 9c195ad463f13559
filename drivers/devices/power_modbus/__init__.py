"""Battery, mains and temperature of a horn's cabinet on a Modbus meter or charge controller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drivers.devices.power_modbus.codec import Registers
from drivers.devices.power_modbus.driver import PowerMeter
from drivers.settings import Baud, Between, UnitNumber
from drivers.transport.modbus_line import open_unit

Register = Between(0, 0xFFFF)


@dataclass(frozen=True, slots=True)
class Settings:
    """battery in V = raw x `battery_scale_v`; mains in V = raw x `mains_scale_v`, there from `mains_from_v` upwards."""

    device: str
    unit: UnitNumber
    battery_register: Annotated[int | None, Register] = None
    battery_scale_v: Annotated[float, Between(0.0001, 10)] = 0.01
    mains_register: Annotated[int | None, Register] = None
    mains_scale_v: Annotated[float, Between(0.0001, 10)] = 0.1
    mains_from_v: Annotated[float, Between(0, 500)] = 160.0
    temp_register: Annotated[int | None, Register] = None
    temp_scale_c: Annotated[float, Between(0.0001, 10)] = 0.1
    baud: Baud = 9600


async def setup(settings: Settings) -> PowerMeter:
    """The driver; asks nothing yet."""
    registers = Registers(
        settings.battery_register,
        settings.battery_scale_v,
        settings.mains_register,
        settings.mains_scale_v,
        settings.mains_from_v,
        settings.temp_register,
        settings.temp_scale_c,
    )
    return PowerMeter(open_unit(settings.device, settings.baud, settings.unit), registers)
