"""Requests about remote support: open it for a while, end it, see how it stands."""

from typing import Annotated

from msgspec import Meta

from edge.control.protocol.accounts import Code, FromBrowser
from edge.control.protocol.base import Request
from edge.core.policy.supporting import LEAST_MIN, MOST_MIN


class GetSupport(Request, frozen=True):
    """How it stands. Reply: {host: {host, port, listen} | null, open: section support (docs/ref/state.md), key}."""


class OpenSupport(FromBrowser, frozen=True, kw_only=True):
    """Open a tunnel to the province for so many minutes. Reply: as GetSupport, without ``key``."""

    minutes: Annotated[int, Meta(ge=LEAST_MIN, le=MOST_MIN)]
    reason: Annotated[str, Meta(min_length=5, max_length=200)]
    code: Code


class CloseSupport(Request, frozen=True):
    """End it now, with every session in it. Reply: as GetSupport, without ``key``."""


SupportRequest = GetSupport | OpenSupport | CloseSupport
