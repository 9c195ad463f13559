"""A river gauge, with an optional rain counter, on Modbus RTU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drivers.devices.gauge_modbus.codec import RainScale, RiverScale
from drivers.devices.gauge_modbus.driver import RiverGauge
from drivers.settings import Baud, Between, UnitNumber
from drivers.transport.modbus_line import open_unit

Register = Between(0, 0xFFFF)


@dataclass(frozen=True, slots=True)
class Settings:
    """level in m = `level_offset_m` + raw x `level_scale_m`; a radar that looks down has a negative scale."""

    device: str
    unit: UnitNumber
    level_register: Annotated[int, Register] = 0
    level_scale_m: Annotated[float, Between(-1, 1)] = 0.001
    level_offset_m: Annotated[float, Between(-1000, 5000)] = 0.0
    highest_raw: Annotated[int, Register] = 0xFFFE
    rain_register: Annotated[int | None, Register] = None
    rain_mm_per_tip: Annotated[float, Between(0.01, 10)] = 0.2
    baud: Baud = 9600


async def setup(settings: Settings) -> RiverGauge:
    """The driver; asks nothing yet."""
    river = RiverScale(settings.level_register, settings.level_scale_m, settings.level_offset_m, settings.highest_raw)
    rain = None if settings.rain_register is None else RainScale(settings.rain_register, settings.rain_mm_per_tip)
    return RiverGauge(open_unit(settings.device, settings.baud, settings.unit), river, rain)
