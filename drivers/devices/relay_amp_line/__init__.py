"""A horn's amplifier behind a controller that speaks lines of text: relay, current and line level in one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drivers.devices.relay_amp_line.codec import MOST_CHANNELS
from drivers.devices.relay_amp_line.driver import RelayAmpLine, open_line
from drivers.settings import Baud, Between


@dataclass(frozen=True, slots=True)
class Settings:
    """`idle_ma` is what the meter shows while the amplifier is on and nothing sounds; it is subtracted."""

    device: str
    channel: Annotated[int, Between(1, MOST_CHANNELS)] = 1
    idle_ma: Annotated[int, Between(0, 10_000)] = 0
    baud: Baud = 115200


async def setup(settings: Settings) -> RelayAmpLine:
    """The driver; switches nothing."""
    return RelayAmpLine(open_line(settings.device, settings.baud), settings.channel, settings.idle_ma)
