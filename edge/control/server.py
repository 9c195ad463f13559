"""The control socket: whoever may open it (its group) may ask; each request is checked again by its role."""

import asyncio
import contextlib
import logging
import socket
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from edge.control.protocol import MAX_REPLY, MAX_REQUEST, AnyReply, AnyRequest, Done, Refused, StopHorns
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.policy.rights import check_right

log = logging.getLogger(__name__)

_LENGTH = struct.Struct(">I")
_UCRED = struct.Struct("3i")
MAX_CLIENTS = 128
"""Overflow rule: one more is hung up on."""
MAX_AT_WORK = 16
"""Requests in work at once; a further one waits, STOP never."""
IDLE_S = 60.0
WORK_S = 120.0
TAKEN_WITHIN_S = 10.0
Handler = Callable[[Any], Awaitable[dict[str, Any]]]


class ControlServer:
    """Answers requests by a table of handlers: request class -> coroutine function."""

    def __init__(self, path: Path, handlers: dict[type, Handler], allowed_uids: frozenset[int]) -> None:
        self._path = path
        self._handlers = handlers
        self._allowed = allowed_uids
        self._decoder = msgspec.json.Decoder(AnyRequest)
        self._clients = 0
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
            if self._clients <= MAX_CLIENTS and self._may_speak(writer):
                await self._answer_all(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away or sleeps; what it asked for is done or not, and stored accordingly
        finally:
            self._clients -= 1
            writer.transport.abort()  # whoever did not take the answer by now does not want it

    def _may_speak(self, writer: asyncio.StreamWriter) -> bool:
        """SO_PEERCRED: the kernel tells who is at the other end."""
        peer: socket.socket = writer.get_extra_info("socket")
        credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
        pid, uid, _gid = _UCRED.unpack(credentials)
        if uid not in self._allowed:
            log.warning("control socket: uid %d (pid %d) may not ask", uid, pid)
            return False
        return True

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            async with asyncio.timeout(IDLE_S):
                (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
                if length > MAX_REQUEST:
                    return
                body = await reader.readexactly(length)
            reply = msgspec.json.encode(await self._answer(body))
            if len(reply) > MAX_REPLY:
                reply = msgspec.json.encode(Refused("Câu trả lời quá dài."))
            writer.write(_LENGTH.pack(len(reply)) + reply)
            async with asyncio.timeout(TAKEN_WITHIN_S):
                await writer.drain()

    async def _answer(self, body: bytes) -> AnyReply:
        try:
            request = self._decoder.decode(body)
            check_right(request.role, type(request).__name__)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return Refused(f"Yêu cầu sai khuôn dạng: {error}")
        except FinalError as error:
            return Refused(str(error), "forbidden")
        try:
            async with contextlib.nullcontext() if isinstance(request, StopHorns) else self._work:
                async with asyncio.timeout(WORK_S):
                    return Done(await self._handlers[type(request)](request))
        except TimeoutError:
            return Refused("Bộ điều khiển làm không xong trong thời hạn, xin xem lại trạng thái.", "transient")
        except TransientError as error:
            return Refused(str(error), "transient")
        except MolangError as error:
            return Refused(str(error))
