"""A station that answers "?" with one line of text. Copy this folder to make a new device."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.settings import Baud
from drivers.transport.serial_line import SerialLine

from .driver import LineGauge


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting has a type and, through `Annotated`, its bounds. Prefer a constant to a setting."""

    device: str
    baud: Baud = 9600


async def setup(settings: Settings) -> LineGauge:
    """Build the driver. Nothing is asked of the device here."""
    return LineGauge(SerialLine(settings.device, settings.baud))
