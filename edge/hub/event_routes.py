"""``POST /v1/events``: batches of boxes into the record, bounded at every step."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import msgspec
from aiohttp import web

from edge.core.errors import FinalError, TransientError
from edge.hub.answers import busy, refuse
from edge.hub.batch import Checked, StrangerError, TooLargeError, read_batch
from edge.hub.intake import FullHouseError, Intake
from edge.hub.metrics import Meter
from edge.hub.openapi import Content, Parameter, Refusal, describe
from edge.hub.visitors import by_certificate
from edge.kernel.clock import Clock
from edge.kernel.wire.event import (
    BATCH_HEADER,
    BATCH_PATH,
    BATCH_TYPE,
    MAX_PACKED_BYTES,
    BatchReply,
    CloudEvent,
    batch_name,
)

READ_DEADLINE_S = 15.0
SMALL_BYTES = 24 * 1024
"""A usual full batch has 20 KB: its check takes 2 ms, and handing it to a thread and back would cost as much again."""


Note = Callable[[str, Iterable[tuple[str, str, Mapping[str, Any]]]], Awaitable[None]]
"""(source, (type, subject, data) of each event): somebody who must know before a batch is kept."""


def add_event_routes(
    app: web.Application, intake: Intake, meter: Meter, clock: Clock, note: Note | None = None
) -> None:
    """The door by which events come in; ``note`` hears of each batch first."""
    describe(
        app,
        "POST",
        BATCH_PATH,
        "A batch of events, all of the box that the certificate names. 200 only after the durable commit.",
        parameters=[Parameter("Content-Encoding", {"const": "gzip"}, "header", required=True)],
        body=Content(BATCH_TYPE, list[CloudEvent]),
        answers={200: BatchReply, 400: Refusal, 413: Refusal, 415: Refusal},
    )
    app.router.add_post(BATCH_PATH, _Taker(intake, meter, clock, note).take)


class _Taker:
    def __init__(self, intake: Intake, meter: Meter, clock: Clock, note: Note | None) -> None:
        self._note = note
        self._intake = intake
        self._meter = meter
        self._clock = clock

    async def take(self, request: web.Request) -> web.Response:
        source = by_certificate(request).box
        if source is None:
            return refuse(403, "Chứng thư này không phải của hộp nào.")
        if request.content_type != BATCH_TYPE or request.headers.get("Content-Encoding") != "gzip":
            return refuse(415, f"Chỉ nhận {BATCH_TYPE} nén gzip.")
        try:
            with self._intake:
                return await self._keep(request, source)
        except FullHouseError as error:
            self._meter.busy += 1
            return busy(str(error))
        except TooLargeError as error:
            return refuse(413, str(error))
        except StrangerError as error:
            return refuse(403, str(error))
        except FinalError as error:
            return refuse(400, str(error))

    async def _keep(self, request: web.Request, source: str) -> web.Response:
        began = self._clock.steady()
        batch = await _checked(request, source)
        if self._note is not None:
            await self._note(source, [(one.type, one.subject, one.data) for one in batch.events])
        reply = await self._intake.keep(source, batch)
        self._meter.took(self._clock.steady() - began)
        named = {BATCH_HEADER: batch_name(await request.read())}  # the same bytes again, not another read
        return web.Response(body=msgspec.json.encode(reply), content_type="application/json", headers=named)


async def _checked(request: web.Request, source: str) -> Checked:
    """Read no more than the limit, within the deadline; a large body is checked beside the loop."""
    if (request.content_length or 0) > MAX_PACKED_BYTES:
        raise TooLargeError(f"Gói dài {request.content_length} byte, tối đa {MAX_PACKED_BYTES}.")
    try:
        async with asyncio.timeout(READ_DEADLINE_S):
            body = await request.read()
    except web.HTTPRequestEntityTooLarge as cause:
        raise TooLargeError(f"Gói dài hơn {MAX_PACKED_BYTES} byte.") from cause
    except TimeoutError as cause:
        raise TransientError(f"gói không đến đủ trong {READ_DEADLINE_S:.0f} giây") from cause
    if len(body) <= SMALL_BYTES:
        return read_batch(body, source)
    return await asyncio.to_thread(read_batch, body, source)
