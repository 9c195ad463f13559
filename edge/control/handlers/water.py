"""Requests about readings."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler


class Hand(Protocol):
    """Who takes readings of people."""

    async def give(self, request: asked.GiveReading) -> dict[str, Any]:
        """Keep it, or ask whether it is really so."""
        ...


def water_handlers(hand: Hand) -> dict[type, Handler]:
    """Part of the table for the control server."""
    return {asked.GiveReading: hand.give}
