"""Requests about the settings."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler


class Book(Protocol):
    """Who keeps the settings."""

    async def listed(self, request: asked.GetSettings) -> dict[str, Any]:
        """All tables."""
        ...

    async def form(self, request: asked.GetSettingsForm) -> dict[str, Any]:
        """One table as a form."""
        ...

    async def preview(self, request: asked.PreviewSettings) -> dict[str, Any]:
        """What a change would do."""
        ...

    async def apply(self, request: asked.ApplySettings) -> dict[str, Any]:
        """Change the settings."""
        ...

    async def preview_undo(self, request: asked.PreviewUndo) -> dict[str, Any]:
        """What going back would do."""
        ...

    async def undo(self, request: asked.UndoSettings) -> dict[str, Any]:
        """Go back."""
        ...

    async def cancel(self, request: asked.CancelSettings) -> dict[str, Any]:
        """Do not apply what waits."""
        ...


def settings_handlers(book: Book) -> dict[type, Handler]:
    """Part of the table for the control server."""
    return {
        asked.GetSettings: book.listed,
        asked.GetSettingsForm: book.form,
        asked.PreviewSettings: book.preview,
        asked.ApplySettings: book.apply,
        asked.PreviewUndo: book.preview_undo,
        asked.UndoSettings: book.undo,
        asked.CancelSettings: book.cancel,
    }
