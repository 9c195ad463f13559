"""What people of the commune decide about the province."""

from typing import Annotated

from msgspec import Meta

from edge.control.protocol.base import KnownId, PersonName, Request


class DecideProposal(Request, frozen=True):
    """Accept or refuse what the province proposed. Reply: ``{"state", "kind"}``."""

    id: KnownId
    accept: bool
    note: Annotated[str, Meta(max_length=300)] = ""


class AcceptKey(Request, frozen=True):
    """Urgent bulletins that this key signs (Ed25519, hex) are aired without asking, under ``name``."""

    name: PersonName
    public_hex: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class RevokeKey(Request, frozen=True):
    """No longer."""

    key_id: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]


ProvinceRequest = DecideProposal | AcceptKey | RevokeKey
