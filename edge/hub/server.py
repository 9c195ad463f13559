"""The hub: its doors, one for boxes over mutual TLS and on this machine alone one for people, and its own work."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from edge.core.errors import MisconfiguredError, TransientError
from edge.hub.answers import refusing
from edge.hub.database import Database
from edge.hub.downlink import Downlink, Keys
from edge.hub.event_routes import add_event_routes
from edge.hub.fanout import Fanout
from edge.hub.intake import Intake
from edge.hub.media.routes import add_media_reading, add_media_routes
from edge.hub.metrics import Meter
from edge.hub.openapi import add_document_route
from edge.hub.pages.communes import CommuneFile
from edge.hub.pages.routes import add_page_routes
from edge.hub.partitions import make_months
from edge.hub.people_routes import WhoIs, add_metrics_route, add_people_routes
from edge.hub.projection.following import Projector
from edge.hub.questions import Questions
from edge.hub.stations.routes import add_station_reading, add_station_writing
from edge.hub.visitors import PROVINCE, by_certificate
from edge.kernel.clock import Clock
from edge.kernel.keep_running import keep_running
from edge.kernel.wire.event import MAX_PACKED_BYTES

log = logging.getLogger(__name__)
KEEP_ALIVE_S = 90.0
GOODBYE_S = 2.0
START_AGAIN_S = 1.0
MONTHS_EVERY_S, MONTHS_AGAIN_S = 6 * 3600.0, 60.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the hub keeps things. ``nats`` None publishes nothing; ``communes`` is ``communes.toml``.

    With ``keys`` it enrols boxes and hands out commands (edge.hub.downlink).
    """

    database: str
    media: Path
    nats: str | None = None
    communes: Path | None = None
    keys: Keys | None = None


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
    """Takes batches and answers questions. It works inside ``running``."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.database = Database(settings.database)
        self._media_folder = settings.media
        self._clock = clock
        self.downlink = Downlink(self.database, clock, settings.keys) if settings.keys else None
        self._meter = Meter()
        self._intake = Intake(self.database, clock)
        self._questions = Questions(self.database)
        self._communes = CommuneFile(settings.communes)
        self._projector = Projector(self.database, clock)
        self._fanout = None if settings.nats is None else Fanout(self.database, clock, settings.nats)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Wait for the record, make what is missing in it, and work while inside."""
        try:
            await self._make_record()
            async with asyncio.TaskGroup() as tasks:
                works = [tasks.create_task(work) for work in self._works()]
                try:
                    yield
                finally:
                    for work in works:
                        work.cancel()
        except BaseExceptionGroup as faults:
            if len(faults.exceptions) > 1:
                raise
            raise faults.exceptions[0] from faults  # a closed door or a wrong setting under its own name
        finally:
            await self.database.close()

    def boxes_door(self) -> web.Application:
        """For boxes, and for people with a certificate of the province."""
        app = self._people(by_certificate)
        add_event_routes(app, self._intake, self._meter, self._clock, self.downlink.note if self.downlink else None)
        self._media = add_media_routes(app, self.database, self._media_folder, self._clock)
        add_station_writing(app, self.database, self._clock)
        return app

    def page_door(self) -> web.Application:
        """For people on this machine: everything may be read, nothing sent. Made after the boxes' door."""
        app = self._people(lambda _: PROVINCE)
        add_media_reading(app, self._media, lambda _: PROVINCE)
        return app

    def _people(self, who: WhoIs) -> web.Application:
        app = web.Application(client_max_size=MAX_PACKED_BYTES, middlewares=[refusing])
        add_people_routes(app, who, self._questions)
        add_page_routes(app, who, self.database, self._communes, self._clock)
        add_station_reading(app, who, self.database, self._communes, self._clock)
        add_metrics_route(app, who, self._questions, self._meter, self._intake)
        if self.downlink is not None:
            self.downlink.add_routes(app, who)
        add_document_route(app)
        return app

    def _works(self) -> list[Coroutine[None, None, None]]:
        works = [self._intake.run(), self._keep_months(), self._projector.run()]
        if self.downlink is not None:
            works.append(keep_running("bell", self.downlink.ring))
        return works if self._fanout is None else [*works, self._fanout.run()]

    async def _make_record(self) -> None:
        told = False
        while True:
            try:
                await self.database.make_tables()
                await make_months(self.database, self._clock.now().at_ms)
            except TransientError as error:
                if not told:
                    log.warning("waiting for the database: %s", error)
                told = True
                await asyncio.sleep(START_AGAIN_S)
            else:
                return

    async def _keep_months(self) -> None:
        wait_s = MONTHS_EVERY_S
        while True:
            await asyncio.sleep(wait_s)
            try:
                await make_months(self.database, self._clock.now().at_ms)
                wait_s = MONTHS_EVERY_S
            except TransientError:
                wait_s = MONTHS_AGAIN_S


@asynccontextmanager
async def open_doors(
    hub: Hub, boxes: Address, certificates: Certificates, page: Address | None
) -> AsyncIterator[Doors]:
    """Listen while inside; port 0 takes a free one. Raises MisconfiguredError for unusable certificates."""
    tls = server_tls(certificates)
    # Several instances share a port when they share a database; the kernel hands each connection to one of them.
    shares = hub.database.is_postgres
    async with _door(hub.boxes_door(), boxes, tls, reuse_port=shares) as boxes_port:
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
async def _door(
    app: web.Application, address: Address, tls: ssl.SSLContext | None, *, reuse_port: bool = False
) -> AsyncIterator[int]:
    # Without auto_decompress aiohttp would inflate a body before we could refuse it.
    runner = web.AppRunner(
        app, access_log=None, auto_decompress=False, keepalive_timeout=KEEP_ALIVE_S, shutdown_timeout=GOODBYE_S
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, address.host, address.port, ssl_context=tls, reuse_port=reuse_port or None).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
