"""A host that answers to echo requests: a Wi-Fi point, a switch, a camera."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from drivers.base import MisconfiguredDriverError
from drivers.devices.host_ping.driver import PingedHost


@dataclass(frozen=True, slots=True)
class Settings:
    """`address` is a number: a name would make the name service a part of what is watched."""

    address: str

    def __post_init__(self) -> None:
        try:
            ipaddress.ip_address(self.address)
        except ValueError as error:
            raise MisconfiguredDriverError(f"host_ping.address: {self.address!r} is no IP address") from error


async def setup(settings: Settings) -> PingedHost:
    """The driver; asks nothing yet."""
    return PingedHost(settings.address)
