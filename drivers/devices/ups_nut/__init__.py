"""A UPS as Network UPS Tools (upsd) tells of it: RFC 9271, on TCP port 3493."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drivers.devices.ups_nut.driver import NutUps
from drivers.settings import Between


@dataclass(frozen=True, slots=True)
class Settings:
    """``ups`` is the name in ups.conf. upsd answers to anybody on this machine; no password is needed to read."""

    ups: str
    host: str = "127.0.0.1"
    port: Annotated[int, Between(1, 65535)] = 3493


async def setup(settings: Settings) -> NutUps:
    """The driver; asks nothing yet."""
    return NutUps(settings.host, settings.port, settings.ups)
