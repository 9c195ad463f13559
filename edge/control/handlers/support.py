"""Requests about remote support: who opens it proves once more that it is he."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler
from edge.core.account import Caller


class Support(Protocol):
    """Who opens and ends it."""

    async def state(self, request: asked.GetSupport) -> dict[str, Any]:
        """How it stands."""
        ...

    def may_open(self) -> object:
        """Raise FinalError with what is missing."""
        ...

    async def open(self, request: asked.OpenSupport) -> dict[str, Any]:
        """Open it."""
        ...

    async def close(self, request: asked.CloseSupport) -> dict[str, Any]:
        """End it."""
        ...


class Door(Protocol):
    """Who knows people's codes."""

    async def prove_code(self, session: str, code: str, caller: Caller) -> None:
        """Use one up, or raise."""
        ...


def support_handlers(support: Support, door: Door) -> dict[type, Handler]:
    """Part of the table for the control server."""

    async def open_it(request: asked.OpenSupport) -> dict[str, Any]:
        support.may_open()  # first: a code is used up only for what can be done
        await door.prove_code(request.session, request.code, request.caller)
        return await support.open(request)

    return {asked.GetSupport: support.state, asked.OpenSupport: open_it, asked.CloseSupport: support.close}
