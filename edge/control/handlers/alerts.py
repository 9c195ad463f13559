"""What people answer to an alarm."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler
from edge.core.errors import FinalError


class Alerts(Protocol):
    """Who tells people."""

    async def answer(self, incident: str, person: str, how: str, via: str, note: str) -> bool:
        """Somebody answers; False when the incident is unknown."""
        ...


def alert_handlers(alerts: Alerts) -> dict[type, Handler]:
    """Part of the table for the control server."""

    async def answer(request: asked.AnswerAlert) -> dict[str, Any]:
        if not await alerts.answer(request.incident, request.person, request.how, request.via, request.note):
            raise FinalError("Không có sự cố này.")
        return {}

    return {asked.AnswerAlert: answer}
