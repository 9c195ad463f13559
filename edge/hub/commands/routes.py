"""The routes of commands: a box polls for its own, people of the province make them and see what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from edge.core.errors import FinalError, TransientError
from edge.hub.commands.bell import Bell
from edge.hub.commands.making import LIFE_MS, listed, make, poll
from edge.hub.database import Database
from edge.hub.enrolment.asking import Person
from edge.hub.guarded import Handler, Route, Who, WhoIs, add_guarded, body_of, reply
from edge.hub.visitors import Visitor
from edge.kernel.clock import Clock
from edge.kernel.statement import StatementKey
from edge.kernel.wire.command import COMMANDS_PATH, LONGEST_POLL_S, MAX_BODY, AnyOrder, CommandId
from edge.kernel.wire.enrolment import read_message
from edge.kernel.wire.event import SourceName

MADE_PATH = "/v1/commands/made"
POLL = Route("GET", COMMANDS_PATH, frozenset({Who.BOX}), own=True)
MAKE = Route("POST", COMMANDS_PATH, frozenset({Who.COMMANDER}))
LIST = Route("GET", MADE_PATH, frozenset({Who.PROVINCE, Who.COMMANDER}))
ROUTES = (POLL, MAKE, LIST)


class NewCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person of the province asks of some boxes; ``id`` makes a second press the same (with ``-N`` by box)."""

    id: Annotated[CommandId, Meta(max_length=48)]
    sources: Annotated[tuple[SourceName, ...], Meta(min_length=1, max_length=200)]
    order: AnyOrder
    life_ms: Annotated[int, Meta(ge=60_000, le=39 * 86_400_000)] = LIFE_MS


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What commands need. ``key`` signs them; None where this instance makes none."""

    database: Database
    clock: Clock
    bell: Bell
    key: StatementKey | None


def add_command_routes(app: web.Application, dispatch: Dispatch, who: WhoIs) -> None:
    """What boxes and people with a certificate may ask."""
    table: Mapping[Route, Handler] = {
        POLL: partial(_poll, dispatch),
        MAKE: partial(_make, dispatch),
        LIST: partial(_list, dispatch),
    }
    add_guarded(app, who, table)


async def _poll(dispatch: Dispatch, request: web.Request, visitor: Visitor) -> web.Response:
    source = visitor.box or ""
    after, wait_s = _number(request, "after"), min(float(_number(request, "wait", "25")), LONGEST_POLL_S)
    found = await poll(dispatch.database, source, after, dispatch.clock.now().at_ms)
    if not found.commands and wait_s > 0:
        await dispatch.bell.wait(source, after, wait_s)
        found = await poll(dispatch.database, source, after, dispatch.clock.now().at_ms)
    return reply(found)


async def _make(dispatch: Dispatch, request: web.Request, visitor: Visitor) -> web.Response:
    if dispatch.key is None:
        raise TransientError("Máy này của tỉnh không giữ khóa ký lệnh.")
    wish = read_message(await body_of(request, 2 * MAX_BODY), NewCommand)
    made = {}
    for index, source in enumerate(dict.fromkeys(wish.sources)):
        one = await make(
            dispatch.database,
            dispatch.key,
            source,
            wish.order,
            Person(visitor.name),
            dispatch.clock.now().at_ms,
            name=f"{wish.id}-{index}",
            life_ms=wish.life_ms,
        )
        made[source] = {"id": one.id, "seq": one.seq}
    return reply({"made": made})


async def _list(dispatch: Dispatch, request: web.Request, visitor: Visitor) -> web.Response:
    return reply(await listed(dispatch.database, request.query.get("source") or None))


def _number(request: web.Request, name: str, default: str = "0") -> int:
    text = request.query.get(name, default)
    if not (text.isascii() and text.isdecimal() and len(text) < 17):
        raise FinalError(f"{name} phải là một số.")
    return int(text)
