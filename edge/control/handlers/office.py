"""Requests of the office."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler


class Shifts(Protocol):
    """Who keeps the log of shifts."""

    async def matters(self, request: asked.GetMatters) -> dict[str, Any]:
        """What is open now."""
        ...

    async def hand_over(self, request: asked.HandOver) -> dict[str, Any]:
        """Hand over."""
        ...

    async def take_over(self, request: asked.TakeOver) -> dict[str, Any]:
        """Take over."""
        ...


class Requests(Protocol):
    """Who keeps persons' requests."""

    async def listed(self, request: asked.ListRequests) -> dict[str, Any]:
        """All."""
        ...

    async def add(self, request: asked.AddRequest) -> dict[str, Any]:
        """A new one."""
        ...

    async def step(self, request: asked.StepRequest) -> dict[str, Any]:
        """Go on with one."""
        ...


class AuditReader(Protocol):
    """Who examines the log."""

    async def verify(self, request: asked.VerifyAudit) -> dict[str, Any]:
        """All of it."""
        ...


class Upkeep(Protocol):
    """Who knows how the box is kept."""

    async def state(self, request: asked.GetUpkeep) -> dict[str, Any]:
        """Backups, version, room."""
        ...


def office_handlers(shifts: Shifts, requests: Requests, audit: AuditReader, upkeep: Upkeep) -> dict[type, Handler]:
    """Part of the table for the control server."""
    return {
        asked.GetMatters: shifts.matters,
        asked.HandOver: shifts.hand_over,
        asked.TakeOver: shifts.take_over,
        asked.ListRequests: requests.listed,
        asked.AddRequest: requests.add,
        asked.StepRequest: requests.step,
        asked.VerifyAudit: audit.verify,
        asked.GetUpkeep: upkeep.state,
    }
