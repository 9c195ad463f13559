"""The doors of the hub: one for boxes over mutual TLS, and on this machine alone one for people."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from edge.core.errors import FinalError, MisconfiguredError, TransientError
from edge.hub.batch import Checked, StrangerError, TooLargeError, read_batch
from edge.hub.ledger import MIGRATIONS, take_batch
from edge.hub.page import render
from edge.hub.questions import Questions
from edge.hub.visitors import PROVINCE, Visitor, visitor_of
from edge.kernel.clock import Clock
from edge.kernel.wire.event import BATCH_HEADER, BATCH_PATH, BATCH_TYPE, MAX_PACKED_BYTES, BatchReply, batch_name
from edge.store.writer import Writer

READ_DEADLINE_S = 15.0
KEEP_ALIVE_S = 90.0
BUSY_RETRY_S = 5
GOODBYE_S = 2.0
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
WhoIs = Callable[[web.Request], Visitor]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a door listens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files of the hub's own identity, and the authority that signs the boxes'."""

    ca: Path
    cert: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Doors:
    """The ports that the doors really have; ``page`` is 0 without that door."""

    boxes: int
    page: int


class Hub:
    """Takes batches and answers questions. Close it with ``close``."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._clock = clock
        self._writer = Writer(folder / "hub.db", MIGRATIONS)
        self._questions = Questions(folder / "hub.db")

    def close(self) -> None:
        """Finish what is being written."""
        self._writer.close()

    def boxes_door(self) -> web.Application:
        """For boxes, and for people with a certificate of the province."""
        app = self._people(_by_certificate)
        app.router.add_post(BATCH_PATH, self._take)
        return app

    def page_door(self) -> web.Application:
        """For people on this machine: everything may be read, nothing sent."""
        return self._people(lambda _: PROVINCE)

    def _people(self, who: WhoIs) -> web.Application:
        app = web.Application(client_max_size=MAX_PACKED_BYTES, middlewares=[_name_batch])
        app.router.add_get("/", partial(self._page, who))
        app.router.add_get("/v1/status", partial(self._status, who))
        app.router.add_get(BATCH_PATH, partial(self._events, who))
        return app

    async def _take(self, request: web.Request) -> web.Response:
        source = _by_certificate(request).box
        if source is None:
            return _refuse(403, "Chứng thư này không phải của hộp nào.")
        if request.content_type != BATCH_TYPE or request.headers.get("Content-Encoding") != "gzip":
            return _refuse(415, f"Chỉ nhận {BATCH_TYPE} nén gzip.")
        try:
            batch = await _checked(request, source)
            work = partial(take_batch, source=source, batch=batch, now_ms=self._clock.now().at_ms)
            return _reply(await self._writer.write(work))
        except TooLargeError as error:
            return _refuse(413, str(error))
        except StrangerError as error:
            return _refuse(403, str(error))
        except FinalError as error:
            return _refuse(400, str(error))
        except TransientError as error:
            return _refuse(503, str(error), {"Retry-After": str(BUSY_RETRY_S)})

    async def _status(self, who: WhoIs, request: web.Request) -> web.Response:
        return web.json_response(await asyncio.to_thread(self._questions.boxes, _sight(who(request))), headers=_SAFE)

    async def _events(self, who: WhoIs, request: web.Request) -> web.Response:
        sight = _sight(who(request))
        source = request.query.get("source") or sight
        if sight not in (None, source):
            raise web.HTTPForbidden(text="Không được xem xã khác.")
        after, limit = _number(request, "after", 0), _number(request, "limit", 200)
        return web.json_response(await asyncio.to_thread(self._questions.events, source, after, limit), headers=_SAFE)

    async def _page(self, who: WhoIs, request: web.Request) -> web.Response:
        html = await asyncio.to_thread(self._rendered, _sight(who(request)))
        return web.Response(text=html, content_type="text/html", headers=_SAFE)

    def _rendered(self, source: str | None) -> str:
        ask = self._questions
        return render(ask.boxes(source), ask.counts(source), ask.alarms(source), self._clock.now().at_ms)


@asynccontextmanager
async def open_doors(
    hub: Hub, boxes: Address, certificates: Certificates, page: Address | None
) -> AsyncIterator[Doors]:
    """Listen while inside; port 0 takes a free one. Raises MisconfiguredError for unusable certificates."""
    tls = server_tls(certificates)
    async with _door(hub.boxes_door(), boxes, tls) as boxes_port:
        if page is None:
            yield Doors(boxes_port, 0)
            return
        async with _door(hub.page_door(), page, None) as page_port:
            yield Doors(boxes_port, page_port)


def server_tls(certificates: Certificates) -> ssl.SSLContext:
    """TLS 1.2 or newer that asks for a client certificate; raises MisconfiguredError naming the files."""
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates.ca)
        context.load_cert_chain(certificates.cert, certificates.key)
    except OSError as cause:
        raise MisconfiguredError(f"Chứng thư của tỉnh không dùng được ({certificates.cert}): {cause}.") from cause
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    return context


@asynccontextmanager
async def _door(app: web.Application, address: Address, tls: ssl.SSLContext | None) -> AsyncIterator[int]:
    # Without auto_decompress aiohttp would inflate a body before we could refuse it.
    runner = web.AppRunner(
        app, access_log=None, auto_decompress=False, keepalive_timeout=KEEP_ALIVE_S, shutdown_timeout=GOODBYE_S
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, address.host, address.port, ssl_context=tls).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


@web.middleware
async def _name_batch(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say which batch an answer is about; one that was not read whole has no name."""
    response = await handler(request)
    if request.method == "POST" and response.status == 200:
        response.headers[BATCH_HEADER] = batch_name(await request.read())  # the same bytes again, not another read
    return response


async def _checked(request: web.Request, source: str) -> Checked:
    """Read no more than the limit, within the deadline, and check it beside the loop."""
    if (request.content_length or 0) > MAX_PACKED_BYTES:
        raise TooLargeError(f"Gói dài {request.content_length} byte, tối đa {MAX_PACKED_BYTES}.")
    try:
        async with asyncio.timeout(READ_DEADLINE_S):
            body = await request.read()
    except web.HTTPRequestEntityTooLarge as cause:
        raise TooLargeError(f"Gói dài hơn {MAX_PACKED_BYTES} byte.") from cause
    except TimeoutError as cause:
        raise TransientError(f"gói không đến đủ trong {READ_DEADLINE_S:.0f} giây") from cause
    return await asyncio.to_thread(read_batch, body, source)


def _by_certificate(request: web.Request) -> Visitor:
    return visitor_of(request.get_extra_info("peercert"))


def _sight(visitor: Visitor) -> str | None:
    """The only source that a visitor sees, None for all."""
    if visitor.sees_all:
        return None
    if visitor.box is None:
        raise web.HTTPForbidden(text="Chứng thư này không được xem.")
    return visitor.box


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise web.HTTPBadRequest(text=f"{name} phải là một số.")
    return int(text)


def _reply(reply: BatchReply) -> web.Response:
    return web.Response(body=msgspec.json.encode(reply), content_type="application/json")


def _refuse(status: int, reason: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": reason}, status=status, headers=headers)
