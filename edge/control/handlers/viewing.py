"""Requests about looking at one camera live, and about what nobody may look at (L5)."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler
from edge.core.privacy import Areas
from edge.core.recording import Who


class Views(Protocol):
    """Who opens live views."""

    async def begin(self, view: str, camera: str, who: Who, why: str, offer: str, look: str = "") -> dict[str, Any]:
        """Write it down, then open it."""
        ...

    async def note(self, camera: str, who: Who, why: str, look: str = "") -> None:
        """Write it down alone."""
        ...

    async def end(self, view: str) -> None:
        """Close it."""
        ...


class PrivateAreas(Protocol):
    """Who keeps privacy areas."""

    async def set(self, camera: str, areas: Areas, who: Who, why: str, known_at_ms: int) -> dict[str, Any]:
        """Keep these instead of those that the page knew."""
        ...


def viewing_handlers(views: Views, privacy: PrivateAreas) -> dict[type, Handler]:
    """The part of the control server's table that is about live views."""

    async def begin(request: asked.BeginView) -> dict[str, Any]:
        who, look = _who(request), request.look or ""
        return await views.begin(request.id, request.camera, who, request.why, request.offer, look)

    async def note(request: asked.NoteView) -> dict[str, Any]:
        await views.note(request.camera, _who(request), request.why, request.look or "")
        return {}

    async def end(request: asked.EndView) -> dict[str, Any]:
        await views.end(request.id)
        return {}

    async def set_areas(request: asked.SetPrivacyAreas) -> dict[str, Any]:
        who = _who(request)
        return await privacy.set(request.camera, request.areas, who, request.why, request.known_at_ms)

    return {
        asked.BeginView: begin,
        asked.NoteView: note,
        asked.EndView: end,
        asked.SetPrivacyAreas: set_areas,
    }


def _who(request: asked.Request) -> Who:
    session = request.session if isinstance(request, asked.Own) else ""
    return Who(request.user, request.role, session)
