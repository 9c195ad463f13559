"""Asks a host by echo requests."""

from __future__ import annotations

from drivers.transport.echo import ping

DEADLINE_S = 2.0


class PingedHost:
    """A `Host`."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def look(self) -> float:
        """Milliseconds until it answered; raises a DriverError when it does not."""
        return await ping(self._address, DEADLINE_S)

    async def close(self) -> None:
        """Nothing is kept open."""
