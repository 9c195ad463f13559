"""A request's body that keeps little under way: what a cut takes away is what must be sent again."""

import asyncio
import fcntl
import socket
import struct
import termios
from asyncio import Transport
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload

from edge.core.policy.chunks import Pace
from edge.kernel.wire.upload import BODY_TYPE

PIECE = 8 * 1024
STALL_S = 10.0
"""Nothing of what is under way was confirmed for so long: this connection is lost."""
SHORTEST_S, LONGEST_S = 0.002, 0.1
_MIN_RTT_AT = 148
"""Of tcpi_min_rtt in struct tcp_info (linux/tcp.h), microseconds."""
MaySend = Callable[[int], Awaitable[None]]
"""Returns once so many bytes of media may go: alarms first, and no more than the line's share."""


@dataclass(slots=True)
class Tally:
    """Bytes of files that were given to the system to send, those of broken requests too."""

    bytes: int = 0


class Paced(Payload):
    """Some bytes, written no faster than they are confirmed."""

    def __init__(self, data: bytes, pace: Pace, may_send: MaySend, tally: Tally) -> None:
        super().__init__(data, content_type=BODY_TYPE)
        self._size = len(data)
        self._data = data
        self._pace = pace
        self._may_send = may_send
        self._tally = tally
        self.round_trip_s = 0.0

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The body as text."""
        return self._data.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write it in pieces, each when there is room for it under way; raises OSError when nothing moves any more."""
        transport: Transport | None = getattr(writer, "transport", None)
        sock = transport.get_extra_info("socket") if transport is not None else None
        for start in range(0, len(self._data), PIECE):
            piece = self._data[start : start + PIECE]
            await self._may_send(len(piece))
            if transport is not None and sock is not None:
                await self._room(transport, sock, len(piece))
                if _is_over(transport, sock):
                    raise ConnectionResetError
            await writer.write(piece)
            self._tally.bytes += len(piece)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write all of it: the length that aiohttp knows is ours."""
        await self.write(writer)

    async def _room(self, transport: Transport, sock: socket.socket, more: int) -> None:
        loop = asyncio.get_running_loop()
        least, moved = float("inf"), loop.time()
        while (waiting := _under_way(transport, sock)) and waiting + more > self._pace.in_flight:
            if waiting < least:
                least, moved = waiting, loop.time()
            elif loop.time() - moved > STALL_S:
                raise TimeoutError
            over = waiting + more - self._pace.in_flight
            await asyncio.sleep(min(max(over / (self._pace.bytes_per_s or 1e6), SHORTEST_S), LONGEST_S))
        self.round_trip_s = _shortest_round_trip_s(sock)


def _under_way(transport: Transport, sock: socket.socket) -> int:
    """Bytes that we gave away and nobody has confirmed; 0 for a connection that is over."""
    if _is_over(transport, sock):
        return 0
    (unconfirmed,) = struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0" * 4))
    return int(unconfirmed) + transport.get_write_buffer_size()


def _is_over(transport: Transport, sock: socket.socket) -> bool:
    return transport.is_closing() or sock.fileno() < 0


def _shortest_round_trip_s(sock: socket.socket) -> float:
    if sock.fileno() < 0:
        return 0.0
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    if len(info) < _MIN_RTT_AT + 4:
        return 0.0
    return float(struct.unpack_from("I", info, _MIN_RTT_AT)[0]) / 1e6
