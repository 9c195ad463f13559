"""What people of the commune decide about the province."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler


class Province(Protocol):
    """Who keeps what the province proposed."""

    async def decide(self, request: asked.DecideProposal) -> dict[str, Any]:
        """Accept or refuse a proposal."""
        ...

    async def accept_key(self, request: asked.AcceptKey) -> dict[str, Any]:
        """A key whose urgent bulletins sound."""
        ...

    async def revoke_key(self, request: asked.RevokeKey) -> dict[str, Any]:
        """They no longer do."""
        ...


def province_handlers(province: Province) -> dict[type, Handler]:
    """Part of the table for the control server."""
    return {
        asked.DecideProposal: province.decide,
        asked.AcceptKey: province.accept_key,
        asked.RevokeKey: province.revoke_key,
    }
