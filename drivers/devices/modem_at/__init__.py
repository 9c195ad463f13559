"""A GSM modem that sends and receives SMS, by AT commands in PDU mode."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.devices.modem_at.driver import ModemAt
from drivers.settings import Baud
from drivers.transport.serial_line import SerialLine


@dataclass(frozen=True, slots=True)
class Settings:
    """The modem's AT port; a 4G stick has several, its manual says which."""

    device: str
    baud: Baud = 115200


async def setup(settings: Settings) -> ModemAt:
    """The driver; the modem is initialised at its first use."""
    return ModemAt(SerialLine(settings.device, settings.baud))
