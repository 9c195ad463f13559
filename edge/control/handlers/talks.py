"""Who speaks live: begins and ends."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler


class Talks(Protocol):
    """The microphone, as people use it."""

    async def begin(self, request: asked.BeginTalk) -> dict[str, Any]:
        """Open the horns to a browser."""
        ...

    async def end(self, talk: str, user: str, role: str) -> None:
        """Close them again."""
        ...


def talk_handlers(talks: Talks) -> dict[type, Handler]:
    """Part of the table for the control server."""

    async def end(request: asked.EndTalk) -> dict[str, Any]:
        await talks.end(request.id, request.user, request.role)
        return {}

    return {asked.BeginTalk: talks.begin, asked.EndTalk: end}
