"""What people do about the river."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler


class Flood(Protocol):
    """Who answers for the river."""

    async def set_levels(self, request: asked.SetLevels) -> dict[str, Any]:
        """Other levels for a gauge."""
        ...

    async def stop(self, action: str, user: str, role: str) -> dict[str, Any]:
        """Stop one action."""
        ...

    async def set_evacuated(self, request: asked.SetEvacuated) -> None:
        """The roll call of a hamlet."""
        ...

    async def start_drill(self, request: asked.StartDrill) -> dict[str, Any]:
        """Begin a drill."""
        ...

    async def end_drill(self, user: str, role: str) -> None:
        """End it."""
        ...


def flood_handlers(flood: Flood) -> dict[type, Handler]:
    """Part of the table for the control server."""

    async def stop(request: asked.StopFloodAction) -> dict[str, Any]:
        return await flood.stop(request.id, request.user, request.role)

    async def evacuated(request: asked.SetEvacuated) -> dict[str, Any]:
        await flood.set_evacuated(request)
        return {}

    async def end(request: asked.EndDrill) -> dict[str, Any]:
        await flood.end_drill(request.user, request.role)
        return {}

    return {
        asked.SetLevels: flood.set_levels,
        asked.StopFloodAction: stop,
        asked.SetEvacuated: evacuated,
        asked.StartDrill: flood.start_drill,
        asked.EndDrill: end,
    }
