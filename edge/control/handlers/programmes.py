"""Requests about what is planned."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler


class Programmes(Protocol):
    """The calendar of the station, as people use it."""

    async def calendar(self, request: asked.GetCalendar) -> dict[str, Any]:
        """Some days of it."""
        ...

    async def preview(self, request: asked.PreviewProgramme) -> dict[str, Any]:
        """What a programme would do."""
        ...

    async def plan(self, request: asked.AddProgramme | asked.ChangeProgramme) -> dict[str, Any]:
        """Keep a programme, or its new version."""
        ...

    async def remove(self, request: asked.RemoveProgramme) -> dict[str, Any]:
        """Plan it no more."""
        ...

    async def start_storm(self, request: asked.StartStorm) -> dict[str, Any]:
        """Storm mode on."""
        ...

    async def end_storm(self, request: asked.EndStorm) -> dict[str, Any]:
        """Storm mode off."""
        ...

    async def order_urgent(self, request: asked.OrderUrgent) -> dict[str, Any]:
        """Which of two urgent notices comes first."""
        ...


def programme_handlers(programmes: Programmes) -> dict[type, Handler]:
    """Part of the table for the control server."""
    return {
        asked.GetCalendar: programmes.calendar,
        asked.PreviewProgramme: programmes.preview,
        asked.AddProgramme: programmes.plan,
        asked.ChangeProgramme: programmes.plan,
        asked.RemoveProgramme: programmes.remove,
        asked.StartStorm: programmes.start_storm,
        asked.EndStorm: programmes.end_storm,
        asked.OrderUrgent: programmes.order_urgent,
    }
