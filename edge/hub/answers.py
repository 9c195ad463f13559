"""What every door of the hub answers alike: refusals in one form, headers of pages, numbers of a query."""

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from edge.core.errors import TransientError

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
AGAIN_S = range(2, 7)
"""Retry-After of a busy hub. The boxes spread themselves from there on; this spreads those that do not."""
_BODY_HEADERS = ("content-type", "content-length")


@web.middleware
async def refusing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What passes by itself is 503 with Retry-After, and every refusal is JSON with its reason."""
    try:
        return await handler(request)
    except TransientError as error:
        return busy(str(error))
    except web.HTTPException as refusal:
        if refusal.status < 400:
            raise
        kept = {name: value for name, value in refusal.headers.items() if name.lower() not in _BODY_HEADERS}
        return refuse(refusal.status, refusal.text or refusal.reason, kept)


def refuse(status: int, reason: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """A refusal with its reason, a whole Vietnamese sentence."""
    return web.json_response({"error": reason}, status=status, headers=headers)


def busy(reason: str) -> web.Response:
    """Come again, in a moment that differs from box to box."""
    return refuse(503, reason, {"Retry-After": str(secrets.choice(AGAIN_S))})


def number(request: web.Request, name: str, default: int) -> int:
    """A number of the query, below 10^18; raises HTTPBadRequest for anything else."""
    text = request.query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise web.HTTPBadRequest(text=f"{name} phải là một số.")
    return int(text)


def rows(found: list[dict[str, Any]]) -> web.Response:
    """Rows of the record as JSON."""
    return web.json_response(found, headers=SAFE)
