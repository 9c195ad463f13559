"""Routes with a guard before them: who may ask what is one table, and tests walk it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec
from aiohttp import web
from sqlalchemy.exc import IntegrityError

from edge.core.errors import FinalError, TransientError
from edge.hub.visitors import Visitor

READ_DEADLINE_S = 15.0
BUSY_RETRY_S = 5
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Who(StrEnum):
    """Kinds of visitors. ANYBODY has no certificate: only the door of enrolment lets him in at all."""

    ANYBODY = "anybody"
    BOX = "box"
    PROVINCE = "province"
    COMMANDER = "commander"


@dataclass(frozen=True, slots=True)
class Route:
    """One question that may be asked; ``own``: a box asks it about itself alone, its name decides about what."""

    method: str
    path: str
    may: frozenset[Who]
    own: bool = False


class NotAllowedError(FinalError):
    """Understood, and not for this visitor (403)."""


class NotThereError(FinalError):
    """There is no such thing (404)."""


class InTheWayError(FinalError):
    """It does not fit how things stand (409)."""


Handler = Callable[[web.Request, Visitor], Awaitable[web.StreamResponse]]
WhoIs = Callable[[web.Request], Visitor]
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotAllowedError, 403),
    (NotThereError, 404),
    (InTheWayError, 409),
    (FinalError, 400),
)


def kind_of(visitor: Visitor) -> Who:
    """Which kind of visitor this is."""
    if visitor.box is not None:
        return Who.BOX
    if visitor.commands:
        return Who.COMMANDER
    return Who.PROVINCE if visitor.sees_all else Who.ANYBODY


def add_guarded(app: web.Application, who: WhoIs, table: Mapping[Route, Handler]) -> None:
    """Every route of the table, each behind its guard."""
    for route, handler in table.items():
        app.router.add_route(route.method, route.path, _guarded(route, who, handler))


def _guarded(route: Route, who: WhoIs, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        visitor = who(request)
        if kind_of(visitor) not in route.may:
            return refusal(403, "Chứng thư này không được làm việc này.")
        try:
            return await handler(request, visitor)
        except IntegrityError:
            return refusal(409, "Hai yêu cầu cùng lúc: hãy thử lại.")
        except TransientError as error:
            return refusal(503, str(error), {"Retry-After": str(BUSY_RETRY_S)})
        except FinalError as error:
            return refusal(next(status for kind, status in _STATUS if isinstance(error, kind)), str(error))

    return answer


async def body_of(request: web.Request, most_bytes: int) -> bytes:
    """The whole body within the deadline; raises FinalError when it is too long, TransientError when it is too slow."""
    if (request.content_length or 0) > most_bytes:
        raise FinalError(f"Thông điệp dài quá {most_bytes} byte.")
    body = bytearray()
    try:
        async with asyncio.timeout(READ_DEADLINE_S):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > most_bytes:
                    raise FinalError(f"Thông điệp dài quá {most_bytes} byte.")
    except TimeoutError as cause:
        raise TransientError(f"Thông điệp không đến đủ trong {READ_DEADLINE_S:.0f} giây.") from cause
    return bytes(body)


def reply(value: object, status: int = 200) -> web.Response:
    """As JSON."""
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json", headers=_HEADERS
    )


def refusal(status: int, reason: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """Why not, in Vietnamese."""
    return web.json_response({"error": reason}, status=status, headers={**_HEADERS, **(headers or {})})
