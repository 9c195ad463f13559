"""The doors of stations and releases: boxes and people read, who may publish writes."""

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from aiohttp import web

from edge.core.errors import FinalError, TransientError
from edge.hub.answers import number, refuse
from edge.hub.database import Database
from edge.hub.openapi import Content, Parameter, Refusal, describe
from edge.hub.pages.communes import CommuneFile
from edge.hub.stations import book, shapes
from edge.hub.stations.given import MOST_BYTES, GivenReading, GivenRelease, read_csv, read_json, read_release
from edge.hub.visitors import Visitor, sight
from edge.kernel.certificate import common_name
from edge.kernel.clock import Clock

STATIONS, STATIONS_CSV, READINGS = "/v1/stations", "/v1/stations.csv", "/v1/stations/{station}/readings"
RELEASES, RELEASES_CAP = "/v1/releases", "/v1/releases.cap"
NEW_READINGS, TAKE_BACK = "/v1/stations/readings", "/v1/releases/{release}/cancel"
READ_DEADLINE_S = 15.0
USUAL_ROWS = 500
_PUBLISHER = re.compile(r"(province-stations|commander)(-[a-z0-9]+)*")
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-cache"}
_OBJECT = {"type": "object"}
_NAME = {"type": "string", "maxLength": 60}
_WHOLE = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
WhoIs = Callable[[web.Request], Visitor]


class Kept(msgspec.Struct, frozen=True):
    """How many readings are kept."""

    kept: int


class Announced(msgspec.Struct, frozen=True):
    """The name of an announcement: what takes it back."""

    id: str


def add_station_reading(
    app: web.Application, who: WhoIs, database: Database, communes: CommuneFile, clock: Clock
) -> None:
    """What everybody with a certificate of a box or of the province may read; on the page's door too."""
    doors = _Reading(who, database, communes, clock)
    for path, summary, handler, kind in (
        (STATIONS, "The newest values of the province's stations.", doors.stations, "application/json"),
        (STATIONS_CSV, "The same as CSV.", doors.stations_csv, "text/csv"),
        (RELEASES, "What reservoirs announced in the last seven days.", doors.releases, "application/json"),
        (RELEASES_CAP, "The same as a feed of CAP 1.2 alerts.", doors.releases_cap, "application/atom+xml"),
    ):
        describe(app, "GET", path, summary, answers={200: Content(kind, _shape(kind)), 304: None})
        app.router.add_get(path, handler)
    describe(
        app,
        "GET",
        READINGS,
        "Values of one station, oldest first.",
        parameters=[
            Parameter("station", _NAME, "path", required=True),
            Parameter("since_ms", _WHOLE),
            Parameter("limit", _WHOLE),
        ],
        answers={200: Content("application/json", _OBJECT), 304: None, 400: Refusal, 404: Refusal},
    )
    app.router.add_get(READINGS, doors.readings)


def add_station_writing(app: web.Application, database: Database, clock: Clock) -> None:
    """Publishing, on the door that asks for certificates alone."""
    doors = _Writing(database, clock)
    refused: dict[int, Any] = {400: Refusal, 413: Refusal}
    body = Content("application/json", list[GivenReading])
    describe(
        app,
        "POST",
        NEW_READINGS,
        "Readings of stations: JSON, or CSV as text/csv.",
        body=body,
        answers={200: Kept, **refused},
    )
    app.router.add_post(NEW_READINGS, doors.readings)
    describe(
        app,
        "POST",
        RELEASES,
        "A reservoir announces a release.",
        body=GivenRelease,
        answers={201: Announced, **refused},
    )
    app.router.add_post(RELEASES, doors.release)
    named = [Parameter("release", _NAME, "path", required=True)]
    describe(
        app, "POST", TAKE_BACK, "The release is taken back.", parameters=named, answers={201: Announced, **refused}
    )
    app.router.add_post(TAKE_BACK, doors.take_back)


def _shape(kind: str) -> Mapping[str, str]:
    return _OBJECT if kind == "application/json" else {"type": "string"}


def publisher_of(request: web.Request) -> str:
    """The name on the certificate of somebody who may publish; raises HTTPForbidden for anybody else.

    ``province-stations`` and ``province-stations-<word>``, and whoever may command boxes: a plain ``province``
    certificate only reads, since a published level makes horns speak.
    """
    name = common_name(request.get_extra_info("peercert"))
    if not _PUBLISHER.fullmatch(name) or name == "commander":
        raise web.HTTPForbidden(text="Chứng thư này không được đưa số đo hay tin xả lũ.")
    return name


class _Reading:
    def __init__(self, who: WhoIs, database: Database, communes: CommuneFile, clock: Clock) -> None:
        self._who = who
        self._database = database
        self._communes = communes
        self._clock = clock

    async def stations(self, request: web.Request) -> web.Response:
        return _given(request, shapes.as_json(await self._stations(request)), "application/json")

    async def stations_csv(self, request: web.Request) -> web.Response:
        return _given(request, shapes.as_csv(await self._stations(request)), "text/csv")

    async def readings(self, request: web.Request) -> web.Response:
        sight(self._who(request))
        since, most = number(request, "since_ms", 0), number(request, "limit", USUAL_ROWS)
        async with self._database.ask() as connection:
            found = await book.ask_readings(connection, request.match_info["station"], since, most)
        if found is None:
            raise web.HTTPNotFound(text="Tỉnh không có trạm này.")
        return _given(request, shapes.as_json([found]), "application/json")

    async def releases(self, request: web.Request) -> web.Response:
        return _given(request, shapes.releases_json(await self._releases(request)), "application/json")

    async def releases_cap(self, request: web.Request) -> web.Response:
        sender = self._communes.now().province.cap_sender
        return _given(request, shapes.releases_cap(await self._releases(request), sender), "application/atom+xml")

    async def _stations(self, request: web.Request) -> list[book.Station]:
        sight(self._who(request))
        async with self._database.ask() as connection:
            return await book.ask_stations(connection)

    async def _releases(self, request: web.Request) -> list[book.Release]:
        sight(self._who(request))
        async with self._database.ask() as connection:
            return await book.ask_releases(connection, self._clock.now().at_ms, newest_alone=False)


class _Writing:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def readings(self, request: web.Request) -> web.Response:
        by, now_ms = publisher_of(request), self._clock.now().at_ms
        body = await _body(request)
        read = read_csv if request.content_type == "text/csv" else read_json
        try:
            readings = await asyncio.to_thread(read, body, now_ms)
            await book.keep_readings(self._database, readings, by, now_ms)
        except FinalError as error:
            return refuse(400, str(error))
        return _json(Kept(len(readings)), 200)

    async def release(self, request: web.Request) -> web.Response:
        by, now_ms = publisher_of(request), self._clock.now().at_ms
        try:
            given, begins_ms = read_release(await _body(request), now_ms)
        except FinalError as error:
            return refuse(400, str(error))
        said = await book.announce(self._database, given, begins_ms, by, now_ms)
        return _json(Announced(said.id), 201)

    async def take_back(self, request: web.Request) -> web.Response:
        by = publisher_of(request)
        try:
            over = await book.take_back(self._database, request.match_info["release"], by, self._clock.now().at_ms)
        except FinalError as error:
            return refuse(400, str(error))
        return _json(Announced(over.id), 201)


async def _body(request: web.Request) -> bytes:
    """The whole body within bound and deadline."""
    body = bytearray()
    try:
        async with asyncio.timeout(READ_DEADLINE_S):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(body), text=f"Tối đa {MOST_BYTES} byte.")
    except TimeoutError as cause:
        raise TransientError(f"Nội dung không đến đủ trong {READ_DEADLINE_S:.0f} giây.") from cause
    return bytes(body)


def _given(request: web.Request, body: bytes, kind: str) -> web.Response:
    """With a tag: whoever asks every minute over a thin line gets what is new."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {**_HEADERS, "ETag": tag}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type=kind, headers=headers)


def _json(value: object, status: int) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json", headers=_HEADERS
    )
