"""The doors of the communes' files: tus for boxes, plain GET for who may see them."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from email.utils import format_datetime
from functools import partial
from pathlib import Path

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from edge.core.errors import TransientError
from edge.hub.database import Database
from edge.hub.media.asked import (
    ALGORITHMS,
    RefusedError,
    check_version,
    read_checksum,
    read_offset,
    read_wanted,
)
from edge.hub.media.described import OPERATIONS, READING
from edge.hub.media.desk import Bounds, MediaDesk, Piece, Standing
from edge.hub.media.receiving import CutError
from edge.hub.media.shelf import FullError
from edge.hub.openapi import add_operations
from edge.hub.visitors import Visitor, visitor_of
from edge.kernel.clock import Clock
from edge.kernel.wire.upload import BODY_TYPE, EXPIRES, LENGTH, MEDIA_PATH, OFFSET, RESUMABLE, UPLOADS_PATH, VERSION

EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
FULL_RETRY_S, BUSY_RETRY_S = 60, 5
OVERRIDES = frozenset({"PATCH", "DELETE", "HEAD"})
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache",
}
ONE_UPLOAD = UPLOADS_PATH + "/{upload:[0-9a-f]{32}}"
ONE_FILE = MEDIA_PATH + "/{sha256:[0-9a-f]{64}}"
WhoIs = Callable[[web.Request], Visitor]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_media_routes(
    app: web.Application, database: Database, folder: Path, clock: Clock, bounds: Bounds | None = None
) -> MediaDesk:
    """Uploads by boxes and files for who may see them, on the door that asks for certificates; kept tidy meanwhile."""
    desk = MediaDesk(database, folder, clock, bounds or Bounds())
    doors = _Uploads(desk)
    app.router.add_route("OPTIONS", UPLOADS_PATH, doors.announce)
    app.router.add_route("OPTIONS", ONE_UPLOAD, doors.announce)
    app.router.add_post(UPLOADS_PATH, doors.answered(doors.create))
    app.router.add_head(ONE_UPLOAD, doors.answered(doors.standing))
    app.router.add_patch(ONE_UPLOAD, doors.answered(doors.append))
    app.router.add_delete(ONE_UPLOAD, doors.answered(doors.end))
    app.router.add_post(ONE_UPLOAD, doors.answered(doors.overridden))
    add_media_reading(app, desk, _by_certificate)
    add_operations(app, OPERATIONS)
    app.cleanup_ctx.append(partial(_tidying, desk))
    return desk


def add_media_reading(app: web.Application, desk: MediaDesk, who: WhoIs) -> None:
    """Only looking: also for the page's door on the hub's own machine."""
    app.router.add_get(MEDIA_PATH, _or_busy(partial(_files, desk, who)))
    app.router.add_get(ONE_FILE, _or_busy(partial(_file, desk, who)))
    add_operations(app, READING)


def _or_busy(handler: Handler) -> Handler:
    """A database that does not answer is told as such."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except (TransientError, SQLAlchemyError, OSError):
            return _refuse(503, "Tỉnh đang bận.", {"Retry-After": str(BUSY_RETRY_S)})

    return answer


async def _tidying(desk: MediaDesk, _: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(desk.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class _Uploads:
    """tus 1.0.0."""

    def __init__(self, desk: MediaDesk) -> None:
        self._desk = desk
        self._head = {RESUMABLE: VERSION, "Cache-Control": "no-store"}

    def answered(self, handler: Handler) -> Handler:
        """With the protocol's headers, for its version only, and every failure of ours as its status."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                check_version(request.headers)
                response = await handler(request)
            except RefusedError as error:
                response = _refuse(error.status, str(error), error.headers)
            except CutError:
                response = _refuse(408, "Kết nối bị ngắt; phần đã đến được giữ.")
                response.force_close()
            except FullError as error:
                response = _refuse(507, str(error), {"Retry-After": str(FULL_RETRY_S)})
            except (TransientError, SQLAlchemyError, OSError):
                response = _refuse(503, "Tỉnh đang bận.", {"Retry-After": str(BUSY_RETRY_S)})
            response.headers.update(self._head)
            return response

        return answer

    async def announce(self, _: web.Request) -> web.StreamResponse:
        """What this server can."""
        told = {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(self._desk.bounds.max_bytes),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        }
        return web.Response(status=204, headers=self._head | told)

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Creation, also with the first piece."""
        source = _sender(request)
        wanted = read_wanted(request.headers, self._desk.bounds.max_bytes)
        piece = _piece(request, 0) if request.content_type == BODY_TYPE else None
        upload = await self._desk.create(source, wanted)
        headers = {"Location": f"{UPLOADS_PATH}/{upload}"}
        if piece is not None and wanted.bytes:
            standing = await self._desk.append(upload, source, piece)
        else:
            standing = await self._desk.standing(upload, source)
        return web.Response(status=201, headers=headers | _standing(standing))

    async def standing(self, request: web.Request) -> web.StreamResponse:
        """How far an upload is."""
        standing = await self._desk.standing(request.match_info["upload"], _sender(request))
        return web.Response(status=200, headers={**_standing(standing), LENGTH: str(standing.bytes)})

    async def append(self, request: web.Request) -> web.StreamResponse:
        """The next piece."""
        source = _sender(request)
        if request.content_type != BODY_TYPE:
            raise RefusedError(415, f"Phần gửi phải là {BODY_TYPE}.")
        piece = _piece(request, read_offset(request.headers))
        standing = await self._desk.append(request.match_info["upload"], source, piece)
        return web.Response(status=204, headers=_standing(standing))

    async def end(self, request: web.Request) -> web.StreamResponse:
        """The box takes it back."""
        await self._desk.end(request.match_info["upload"], _sender(request))
        return web.Response(status=204)

    async def overridden(self, request: web.Request) -> web.StreamResponse:
        """A POST that stands for another method, from behind a proxy that knows only POST."""
        handlers: Mapping[str, Handler] = {"PATCH": self.append, "DELETE": self.end, "HEAD": self.standing}
        method = request.headers.get("X-HTTP-Method-Override", "")
        if method not in handlers:
            raise RefusedError(405, "Chỉ nhận POST khi X-HTTP-Method-Override là PATCH, DELETE hoặc HEAD.")
        return await handlers[method](request)


def _piece(request: web.Request, offset: int) -> Piece:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise RefusedError(415, "Phần gửi không được nén.")
    return Piece(offset, request.content, read_checksum(request.headers))


def _standing(standing: Standing) -> dict[str, str]:
    until = dt.datetime.fromtimestamp(standing.expires_at_ms / 1000, dt.UTC)
    return {OFFSET: str(standing.offset), EXPIRES: format_datetime(until, usegmt=True)}


async def _files(desk: MediaDesk, who: WhoIs, request: web.Request) -> web.Response:
    sight = _sight(who(request))
    source = request.query.get("source") or sight
    if sight not in (None, source):
        raise web.HTTPForbidden(text="Không được xem xã khác.")
    subject = request.query.get("subject") or None
    after_ms, limit = _number(request, "after_ms", 0), _number(request, "limit", 100)
    rows = await desk.book.files(source, subject, after_ms, limit)
    return web.json_response(rows, headers=SAFE)


async def _file(desk: MediaDesk, who: WhoIs, request: web.Request) -> web.StreamResponse:
    """A file, or the part of it that Range asks for (RFC 9110, 14)."""
    sha256 = request.match_info["sha256"]
    row = await desk.book.kept(sha256, _sight(who(request)))
    if row is None or not await asyncio.to_thread(desk.shelf.has, sha256):
        raise web.HTTPNotFound(text="Không có tệp này.")
    return web.FileResponse(desk.shelf.file(sha256), headers={**SAFE, "Content-Type": row["type"]})


def _by_certificate(request: web.Request) -> Visitor:
    return visitor_of(request.get_extra_info("peercert"))


def _sender(request: web.Request) -> str:
    source = _by_certificate(request).box
    if source is None:
        raise RefusedError(403, "Chứng thư này không phải của hộp nào.")
    return source


def _sight(visitor: Visitor) -> str | None:
    """The only source that a visitor sees, None for all."""
    if visitor.sees_all:
        return None
    if visitor.box is None:
        raise web.HTTPForbidden(text="Chứng thư này không được xem.")
    return visitor.box


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise web.HTTPBadRequest(text=f"{name} phải là một số.")
    return int(text)


def _refuse(status: int, reason: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response({"error": reason}, status=status, headers=headers)
