"""What people do with incidents and with the rules that opened them."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler
from edge.core.errors import FinalError


class Desk(Protocol):
    """The incident desk."""

    async def take(self, incident: str, user: str, role: str) -> bool:
        """Somebody takes care of it."""
        ...

    async def see(self, incident: str, user: str) -> None:
        """Somebody looks at it."""
        ...

    async def close_by_hand(self, incident: str, how: str, user: str, role: str) -> bool:
        """Somebody says how it was settled."""
        ...


class Tuning(Protocol):
    """Who knows the rules."""

    async def judge(self, incident: str, verdict: str, user: str, role: str) -> dict[str, Any]:
        """Store what somebody says of an incident."""
        ...

    async def suspend(self, camera: str, rule: str, minutes: int, user: str, role: str) -> dict[str, Any]:
        """Let a rule rest."""
        ...

    async def try_rule(self, camera: str, table: dict[str, Any], hours: int) -> dict[str, Any]:
        """What a rule would have done."""
        ...


def incident_handlers(desk: Desk, tuning: Tuning) -> dict[type, Handler]:
    """Part of the table for the control server."""

    async def take(request: asked.TakeIncident) -> dict[str, Any]:
        if not await desk.take(request.id, request.user, request.role):
            raise FinalError("Sự cố này đã có người nhận hoặc không có.")
        return {}

    async def see(request: asked.SeeIncident) -> dict[str, Any]:
        await desk.see(request.id, request.user)
        return {}

    async def close(request: asked.CloseIncident) -> dict[str, Any]:
        if not await desk.close_by_hand(request.id, request.how, request.user, request.role):
            raise FinalError("Sự cố này đã kết thúc hoặc không có.")
        return {}

    return {asked.TakeIncident: take, asked.SeeIncident: see, asked.CloseIncident: close, **_of_rules(tuning)}


def _of_rules(tuning: Tuning) -> dict[type, Handler]:
    async def judge(request: asked.JudgeIncident) -> dict[str, Any]:
        return await tuning.judge(request.id, request.verdict, request.user, request.role)

    async def suspend(request: asked.SuspendRule) -> dict[str, Any]:
        return await tuning.suspend(request.camera, request.rule, request.minutes, request.user, request.role)

    async def try_rule(request: asked.TryRule) -> dict[str, Any]:
        return await tuning.try_rule(request.camera, request.rule, request.hours)

    return {asked.JudgeIncident: judge, asked.SuspendRule: suspend, asked.TryRule: try_rule}
