"""A tipping bucket on a counter register of a Modbus unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drivers.devices.rain_counter_modbus.codec import Counter
from drivers.devices.rain_counter_modbus.driver import RainCounter
from drivers.settings import Baud, Between, OneOf, UnitNumber
from drivers.transport.modbus_line import open_unit


@dataclass(frozen=True, slots=True)
class Settings:
    """`mm_per_tip` is what the bucket's maker says; `first` is the word that stands first in a counter of 32 bits."""

    device: str
    unit: UnitNumber
    register: Annotated[int, Between(0, 0xFFFF)]
    mm_per_tip: Annotated[float, Between(0.01, 10)] = 0.2
    bits: Annotated[int, OneOf((16, 32))] = 16
    first: Annotated[str, OneOf(("high", "low"))] = "high"
    baud: Baud = 9600


async def setup(settings: Settings) -> RainCounter:
    """The driver; asks nothing yet."""
    counter = Counter(settings.bits, settings.mm_per_tip, low_word_first=settings.first == "low")
    return RainCounter(open_unit(settings.device, settings.baud, settings.unit), settings.register, counter)
