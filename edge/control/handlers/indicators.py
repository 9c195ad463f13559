"""Requests about indicators."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler


class Desk(Protocol):
    """Who keeps values that people bring."""

    async def give(self, request: asked.GiveIndicator) -> dict[str, Any]:
        """Keep it, or ask whether it is really so."""
        ...

    async def remove(self, request: asked.RemoveIndicatorValue) -> dict[str, Any]:
        """Take it back."""
        ...


class Tables(Protocol):
    """Who reads tables that people bring."""

    async def check(self, request: asked.CheckTable) -> dict[str, Any]:
        """What it would change."""
        ...

    async def bring(self, request: asked.ImportTable) -> dict[str, Any]:
        """Keep all of it."""
        ...


def indicator_handlers(desk: Desk, tables: Tables) -> dict[type, Handler]:
    """Part of the table for the control server."""
    return {
        asked.GiveIndicator: desk.give,
        asked.RemoveIndicatorValue: desk.remove,
        asked.CheckTable: tables.check,
        asked.ImportTable: tables.bring,
    }
