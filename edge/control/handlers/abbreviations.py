"""Requests about the operator's abbreviations."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler


class Dictionary(Protocol):
    """Who keeps the table and reads with it."""

    def listed(self) -> dict[str, Any]:
        """The whole table."""
        ...

    async def put(self, request: asked.SetAbbreviation) -> None:
        """Add or change an entry."""
        ...

    async def remove(self, request: asked.RemoveAbbreviation) -> None:
        """Take one out."""
        ...

    def tried(self, request: asked.TryAbbreviation) -> dict[str, Any]:
        """A text as if an entry were there."""
        ...


def abbreviation_handlers(dictionary: Dictionary) -> dict[type, Handler]:
    """Part of the table for the control server."""

    async def listed(_: asked.ListAbbreviations) -> dict[str, Any]:
        return dictionary.listed()

    async def put(request: asked.SetAbbreviation) -> dict[str, Any]:
        await dictionary.put(request)
        return dictionary.listed()

    async def remove(request: asked.RemoveAbbreviation) -> dict[str, Any]:
        await dictionary.remove(request)
        return dictionary.listed()

    async def tried(request: asked.TryAbbreviation) -> dict[str, Any]:
        return dictionary.tried(request)

    return {
        asked.ListAbbreviations: listed,
        asked.SetAbbreviation: put,
        asked.RemoveAbbreviation: remove,
        asked.TryAbbreviation: tried,
    }
