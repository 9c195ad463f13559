"""The control socket: who asks is found out here by the session, never believed; then the right is checked."""

import asyncio
import contextlib
import logging
import struct
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

import msgspec

from edge.control.peer import Peer, peer_of
from edge.control.protocol import MAX_REPLY, MAX_REQUEST, AnyReply, AnyRequest, Done, Own, Refused, StopHorns
from edge.core.account import Seat, Stage, ThrottledError, may_see_camera
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.moment import Steady
from edge.core.policy.refusals import Refusals, refused
from edge.core.policy.rights import ON_THE_CONSOLE, ON_THE_WAY_IN, OPEN, Role, check_right

log = logging.getLogger(__name__)

_LENGTH = struct.Struct(">I")
MAX_CLIENTS = 128
"""Overflow rule: one more is hung up on."""
MAX_AT_WORK = 16
"""Requests in work at once; a further one waits, STOP never."""
IDLE_S = 60.0
WORK_S = 120.0
TAKEN_WITHIN_S = 10.0
Handler = Callable[[Any], Awaitable[dict[str, Any]]]


NOT_IN = "Bạn chưa đăng nhập, hoặc phiên làm việc đã hết hạn. Hãy đăng nhập lại."


class NotInError(FinalError):
    """Nobody is logged in, or no longer, or not yet wholly."""


class Sessions(Protocol):
    """Who knows whose session a token is."""

    async def who(self, token: str) -> Seat | None:
        """Whose; None when nobody's."""
        ...


class NoSessions:
    """Of a server without accounts: only walls and the command line ask it."""

    async def who(self, _token: str) -> Seat | None:
        """Nobody's."""
        return None


class ControlServer:
    """Answers requests by a table of handlers: request class -> coroutine function."""

    def __init__(
        self,
        path: Path,
        handlers: dict[type, Handler],
        allowed_uids: frozenset[int],
        sessions: Sessions | None = None,
    ) -> None:
        self._path = path
        self._handlers = handlers
        self._allowed = allowed_uids
        self._sessions = sessions or NoSessions()
        self._decoder = msgspec.json.Decoder(AnyRequest)
        self._clients = 0
        self._turned_away = Refusals()
        self._work = asyncio.Semaphore(MAX_AT_WORK)

    async def run(self) -> None:
        """Serve until cancelled."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        server = await asyncio.start_unix_server(self._serve, self._path, limit=MAX_REQUEST)
        self._path.chmod(0o660)
        async with server:
            await server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients += 1
        try:
            peer = peer_of(writer.get_extra_info("socket"))
            if self._clients <= MAX_CLIENTS and self._may_speak(peer):
                await self._answer_all(reader, writer, peer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away or sleeps; what it asked for is done or not, and stored accordingly
        finally:
            self._clients -= 1
            writer.transport.abort()  # whoever did not take the answer by now does not want it

    def _may_speak(self, peer: Peer) -> bool:
        if peer.uid not in self._allowed:
            self._count(f"uid {peer.uid}")
            return False
        return True

    def _count(self, reason: str) -> None:
        self._turned_away, tell = refused(self._turned_away, reason, Steady(time.monotonic()))
        if tell:
            log.warning("control socket: refused so far %s", self._turned_away)

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: Peer) -> None:
        while True:
            async with asyncio.timeout(IDLE_S):
                (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
                if length > MAX_REQUEST:
                    return
                body = await reader.readexactly(length)
            reply = msgspec.json.encode(await self._answer(body, peer))
            if len(reply) > MAX_REPLY:
                reply = msgspec.json.encode(Refused("Câu trả lời quá dài."))
            writer.write(_LENGTH.pack(len(reply)) + reply)
            async with asyncio.timeout(TAKEN_WITHIN_S):
                await writer.drain()

    async def _answer(self, body: bytes, peer: Peer) -> AnyReply:
        try:
            request = await self._signed(self._decoder.decode(body), peer)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self._count("rubbish")
            return Refused(f"Yêu cầu sai khuôn dạng: {error}")
        except NotInError as error:
            self._count("login")
            return Refused(str(error), "login")
        except TransientError as error:
            return Refused(str(error), "transient")
        except FinalError as error:
            self._count("forbidden")
            return Refused(str(error), "forbidden")
        return await self._done(request)

    async def _done(self, request: AnyRequest) -> AnyReply:
        try:
            async with contextlib.nullcontext() if isinstance(request, StopHorns) else self._work:
                async with asyncio.timeout(WORK_S):
                    return Done(await self._handlers[type(request)](request))
        except TimeoutError:
            return Refused("Bộ điều khiển làm không xong trong thời hạn, xin xem lại trạng thái.", "transient")
        except ThrottledError as error:
            return Refused(str(error), "throttled")
        except TransientError as error:
            return Refused(str(error), "transient")
        except MolangError as error:
            return Refused(str(error))

    async def _signed(self, request: AnyRequest, peer: Peer) -> AnyRequest:
        """The request in the name of whoever really asks; raises FinalError when he may not."""
        wanted = type(request).__name__
        if not request.session:
            if wanted not in OPEN:
                _check_unnamed(request, peer)
            return request
        seat = await self._sessions.who(request.session)
        if seat is None:
            raise NotInError(NOT_IN)
        if seat.stage is Stage.WHOLE:
            check_right(seat.role, wanted)
        elif wanted not in ON_THE_WAY_IN[seat.stage]:
            raise NotInError("Việc đăng nhập chưa xong: hãy làm hết các bước trên trang đăng nhập.")
        camera = getattr(request, "camera", None)
        if camera is not None and not may_see_camera(seat.cameras, camera):
            raise FinalError("Tài khoản của bạn không được xem camera này.")
        session = seat.session if isinstance(request, Own) else ""
        return msgspec.structs.replace(request, user=seat.name, role=seat.role.value, session=session)


def _check_unnamed(request: AnyRequest, peer: Peer) -> None:
    """A wall looks; the box's own command line does the little that it may, under the role that it names."""
    wanted = type(request).__name__
    if request.role != Role.WALL and not (peer.is_console and wanted in ON_THE_CONSOLE):
        raise NotInError(NOT_IN)
    check_right(request.role, wanted)
