"""A horn's amplifier behind a serial relay board, with a current meter on the same RS-485 line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drivers.devices.relay_amp_modbus.codec import MOST_CHANNELS
from drivers.devices.relay_amp_modbus.driver import RelayAmp
from drivers.settings import Baud, Between, UnitNumber
from drivers.transport.modbus_line import open_unit


@dataclass(frozen=True, slots=True)
class Settings:
    """`relay_channel` is the number printed beside the relay: the first is 1.

    `idle_ma` is what the meter shows while the amplifier is on and nothing sounds; it is subtracted.
    `level_register` holds the level of the line or of a microphone; leave it out if the meter has none.
    """

    device: str
    relay_unit: UnitNumber
    relay_channel: Annotated[int, Between(1, MOST_CHANNELS)]
    amp_unit: UnitNumber
    baud: Baud = 9600
    idle_ma: Annotated[int, Between(0, 10_000)] = 0
    level_register: Annotated[int | None, Between(0, 0xFFFF)] = None


async def setup(settings: Settings) -> RelayAmp:
    """The driver; switches nothing."""
    relay = open_unit(settings.device, settings.baud, settings.relay_unit)
    meter = open_unit(settings.device, settings.baud, settings.amp_unit)
    return RelayAmp(
        relay, settings.relay_channel, meter, idle_ma=settings.idle_ma, level_register=settings.level_register
    )
