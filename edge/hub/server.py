"""The doors of the hub: one for boxes over mutual TLS, and on this machine alone one for people."""

import asyncio
import datetime as dt
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
from edge.hub.database import POOL, Database, trial_url
from edge.hub.fanout import FanOut
from edge.hub.ledger import take_batch
from edge.hub.media.routes import add_media_reading, add_media_routes
from edge.hub.metrics import Metrics
from edge.hub.openapi import document
from edge.hub.page import render
from edge.hub.questions import Questions
from edge.hub.visitors import PROVINCE, Visitor, visitor_of
from edge.kernel.clock import Clock
from edge.kernel.keep_running import keep_running
from edge.kernel.wire.event import BATCH_HEADER, BATCH_PATH, BATCH_TYPE, MAX_PACKED_BYTES, BatchReply, batch_name

READ_DEADLINE_S = 15.0
KEEP_ALIVE_S = 90.0
BUSY_RETRY_S = 5
GOODBYE_S = 2.0
UPKEEP_S = 6 * 3600.0
MOST_WAITING = 64
"""Two hundred events each: more would wait longer than a box waits for its answer."""
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
    """Takes batches and answers questions. Any number of instances may share one PostgreSQL.

    ``database`` is SQLAlchemy's URL; without it an SQLite file in ``folder`` serves for a trial. ``nats`` is where
    every event is told on, once it is kept.
    """

    def __init__(self, folder: Path, clock: Clock, database: str = "", nats: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._clock = clock
        self.database = Database(database or trial_url(folder))
        self._questions = Questions(self.database)
        self._metrics = Metrics(self.database)
        self._fanout = FanOut(self.database, nats) if nats else None
        self._writing = asyncio.Semaphore(POOL)
        self._waiting = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tables are there, and their upkeep goes on; raises TransientError while the database does not answer."""
        await self.database.make_tables(self._today())
        tasks = [asyncio.create_task(keep_running("partitions", self._keep_partitions))]
        if self._fanout is not None:
            tasks.append(asyncio.create_task(keep_running("fan-out", self._fanout.run)))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.database.close()

    async def _keep_partitions(self) -> None:
        while True:
            await asyncio.sleep(UPKEEP_S)
            await self.database.make_tables(self._today())

    def _today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self._clock.now().at_ms / 1000, dt.UTC).date()

    def boxes_door(self) -> web.Application:
        """For boxes, and for people with a certificate of the province."""
        app = self._people(_by_certificate)
        app.router.add_post(BATCH_PATH, self._take)
        self._media = add_media_routes(app, self.database, self._folder / "media", self._clock)
        return app

    def page_door(self) -> web.Application:
        """For people on this machine: everything may be read, nothing sent."""
        app = self._people(lambda _: PROVINCE)
        add_media_reading(app, self._media, lambda _: PROVINCE)
        return app

    def _people(self, who: WhoIs) -> web.Application:
        app = web.Application(client_max_size=MAX_PACKED_BYTES, middlewares=[_name_batch])
        app.router.add_get("/", partial(self._page, who))
        app.router.add_get("/v1/status", partial(self._status, who))
        app.router.add_get(BATCH_PATH, partial(self._events, who))
        app.router.add_get("/metrics", partial(self._told_metrics, who))
        app.router.add_get("/v1/openapi.json", self._document)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        source = _by_certificate(request).box
        if source is None:
            return _refuse(403, "Chứng thư này không phải của hộp nào.")
        if request.content_type != BATCH_TYPE or request.headers.get("Content-Encoding") != "gzip":
            return _refuse(415, f"Chỉ nhận {BATCH_TYPE} nén gzip.")
        try:
            return _reply(await self._keep(source, await _checked(request, source)))
        except TooLargeError as error:
            return _refuse(413, str(error))
        except StrangerError as error:
            return _refuse(403, str(error))
        except FinalError as error:
            return _refuse(400, str(error))
        except TransientError as error:
            return _refuse(503, str(error), {"Retry-After": str(BUSY_RETRY_S)})

    async def _keep(self, source: str, batch: Checked) -> BatchReply:
        """In its turn; raises TransientError when too many wait already, so that none waits past its deadline."""
        if self._waiting >= MOST_WAITING:
            raise TransientError("quá nhiều gói đang chờ ghi")
        self._waiting += 1
        began = asyncio.get_running_loop().time()
        try:
            async with self._writing:
                reply = await take_batch(self.database, source, batch, self._clock.now().at_ms)
        finally:
            self._waiting -= 1
        self._metrics.took(len(batch.events), asyncio.get_running_loop().time() - began)
        if self._fanout is not None:
            self._fanout.nudge(source)
        return reply

    async def _told_metrics(self, who: WhoIs, request: web.Request) -> web.Response:
        if _sight(who(request)) is not None:
            raise web.HTTPForbidden(text="Chỉ tỉnh được xem.")
        return web.Response(text=await self._metrics.text(self._waiting), content_type="text/plain", charset="utf-8")

    async def _document(self, _: web.Request) -> web.Response:
        return web.json_response(document(), headers=_SAFE)

    async def _status(self, who: WhoIs, request: web.Request) -> web.Response:
        return web.json_response(await self._questions.boxes(_sight(who(request))), headers=_SAFE)

    async def _events(self, who: WhoIs, request: web.Request) -> web.Response:
        sight = _sight(who(request))
        source = request.query.get("source") or sight
        if sight not in (None, source):
            raise web.HTTPForbidden(text="Không được xem xã khác.")
        after, limit = _number(request, "after", 0), _number(request, "limit", 200)
        now_ms = self._clock.now().at_ms
        return web.json_response(await self._questions.events(source, after, limit, now_ms), headers=_SAFE)

    async def _page(self, who: WhoIs, request: web.Request) -> web.Response:
        source, ask = _sight(who(request)), self._questions
        parts = await ask.boxes(source), await ask.counts(source), await ask.alarms(source)
        html = render(*parts, self._clock.now().at_ms)
        return web.Response(text=html, content_type="text/html", headers=_SAFE)


@asynccontextmanager
async def open_doors(
    hub: Hub, boxes: Address, certificates: Certificates, page: Address | None
) -> AsyncIterator[Doors]:
    """Listen while inside; port 0 takes a free one. Raises MisconfiguredError for unusable certificates."""
    tls = server_tls(certificates)
    async with hub.running(), _door(hub.boxes_door(), boxes, tls) as boxes_port:
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
