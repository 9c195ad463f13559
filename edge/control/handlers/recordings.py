"""Requests about recordings: each is an audit line before it is an answer (L5)."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler
from edge.core.recording import Span, Who


class Recordings(Protocol):
    """The keeper of recordings, as people use it."""

    async def view(self, span: Span, who: Who, why: str) -> list[dict[str, Any]]:
        """Write down who looks at what and why, then name the segments."""
        ...

    async def pin(self, number: str, span: Span, who: Who, reason: str, days: int) -> None:
        """Keep a span beyond its retention."""
        ...

    async def unpin(self, number: str, who: Who) -> None:
        """Let it go its way again."""
        ...

    async def export(self, number: str, span: Span, who: Who, reason: str, *, blur: bool) -> None:
        """Have a span cut into one file."""
        ...

    async def take(self, number: str, who: Who) -> dict[str, Any]:
        """Write down who takes a finished export, then say where it lies."""
        ...


def recording_handlers(recordings: Recordings) -> dict[type, Handler]:
    """The part of the control server's table that is about recordings."""

    async def view(request: asked.ViewRecording) -> dict[str, Any]:
        return {"segments": await recordings.view(_span(request), _who(request), request.why)}

    async def pin(request: asked.PinSpan) -> dict[str, Any]:
        await recordings.pin(request.id, _span(request), _who(request), request.reason, request.days)
        return {}

    async def unpin(request: asked.Unpin) -> dict[str, Any]:
        await recordings.unpin(request.id, _who(request))
        return {}

    async def export(request: asked.ExportSpan) -> dict[str, Any]:
        await recordings.export(request.id, _span(request), _who(request), request.reason, blur=request.blur)
        return {}

    async def take(request: asked.TakeExport) -> dict[str, Any]:
        return await recordings.take(request.id, _who(request))

    return {
        asked.ViewRecording: view,
        asked.PinSpan: pin,
        asked.Unpin: unpin,
        asked.ExportSpan: export,
        asked.TakeExport: take,
    }


def _span(request: asked.ViewRecording | asked.PinSpan | asked.ExportSpan) -> Span:
    return Span(request.camera, request.since_ms, request.until_ms)


def _who(request: asked.Request) -> Who:
    return Who(request.user, request.role)
