"""Framed msgpack messages between the processes of one box.

A frame is four bytes of length, big endian, then one msgpack message: a tagged msgspec struct from the tables in
this package. Both ends are ours and start together, so there is no version negotiation.
"""

import asyncio
import ctypes
import os
import signal
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Generic, TypeVar

import msgspec

from edge.core.errors import FinalError, TransientError

CHANNEL_FD = "MOLANG_CHANNEL_FD"
_PR_SET_PDEATHSIG = 1
MAX_FRAME = 4 * 1024 * 1024
CLOSE_S = 1.0
_LENGTH = struct.Struct(">I")
In = TypeVar("In")
Out = TypeVar("Out", bound=msgspec.Struct)


class Message(msgspec.Struct, frozen=True, tag=True):
    """Base of everything on the wire; the class name is its tag."""


class Hello(Message, frozen=True):
    """First message of a child: it lives and has read its settings."""

    pid: int


class Beat(Message, frozen=True):
    """A child's main loop turns; ``detail`` is a short word for the health page."""

    detail: str = ""


def encode_frame(message: msgspec.Struct) -> bytes:
    """A whole frame; raises FinalError above MAX_FRAME."""
    body = msgspec.msgpack.encode(message)
    if len(body) > MAX_FRAME:
        raise FinalError(f"Thông điệp {type(message).__name__} dài {len(body)} byte, tối đa {MAX_FRAME}.")
    return _LENGTH.pack(len(body)) + body


class Channel(Generic[In, Out]):
    """Typed messages over a stream socket, for asyncio.

    ``In`` is the union of messages that may arrive. One task reads; any task may send.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kind: type[In]) -> None:
        self._reader = reader
        self._writer = writer
        self._decoder = msgspec.msgpack.Decoder(kind)

    async def send(self, message: Out, deadline_s: float = 5.0) -> None:
        """Send one message; raises TransientError when the peer is gone, or does not read in time and is cut off."""
        try:
            self._writer.write(encode_frame(message))
            async with asyncio.timeout(deadline_s):
                await self._writer.drain()
        except OSError as cause:
            self._writer.transport.abort()  # a peer that does not read must not make us keep ever more for it
            raise TransientError(f"Tiến trình kia không nhận {type(message).__name__}.") from cause

    async def receive(self) -> In | None:
        """The next message, or None when the peer closed; raises FinalError on rubbish."""
        try:
            (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
            if length > MAX_FRAME:
                raise FinalError(f"Thông điệp dài {length} byte, tối đa {MAX_FRAME}.")
            return self._decoder.decode(await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        except msgspec.DecodeError as cause:
            raise FinalError(f"Thông điệp không hợp lệ: {cause}") from cause

    async def __aiter__(self) -> AsyncIterator[In]:
        while (message := await self.receive()) is not None:
            yield message

    async def close(self) -> None:
        """Close the socket; the peer sees the end of the stream. What it does not read soon is thrown away."""
        self._writer.close()
        with suppress(OSError):  # TimeoutError is one
            async with asyncio.timeout(CLOSE_S):
                await self._writer.wait_closed()
        self._writer.transport.abort()


class BlockingChannel(Generic[In, Out]):
    """The same frames for a child that works in plain threads; ``send`` must be guarded by its owner."""

    def __init__(self, sock: socket.socket, kind: type[In]) -> None:
        self._sock = sock
        self._decoder = msgspec.msgpack.Decoder(kind)

    def send(self, message: Out) -> None:
        """Send one message; raises OSError when the peer is gone."""
        self._sock.sendall(encode_frame(message))

    def receive(self) -> In | None:
        """The next message, or None when the peer closed."""
        head = self._exactly(_LENGTH.size)
        if head is None:
            return None
        (length,) = _LENGTH.unpack(head)
        if length > MAX_FRAME:
            raise FinalError(f"Thông điệp dài {length} byte, tối đa {MAX_FRAME}.")
        body = self._exactly(length)
        return None if body is None else self._decoder.decode(body)

    def _exactly(self, count: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < count:
            chunk = self._sock.recv(count - len(parts))
            if not chunk:
                return None
            parts += chunk
        return bytes(parts)


async def open_channel(sock: socket.socket, kind: type[In]) -> "Channel[In, msgspec.Struct]":
    """A channel over a connected stream socket, which it owns from now on."""
    reader, writer = await asyncio.open_connection(sock=sock, limit=MAX_FRAME)
    return Channel(reader, writer, kind)


def inherited_socket() -> socket.socket:
    """The channel that the supervisor gave to this child: file descriptor ``MOLANG_CHANNEL_FD``, or 3.

    From now on the kernel kills this process when the supervisor dies, even if native code hangs.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    sock = socket.socket(fileno=int(os.environ.get(CHANNEL_FD, "3")))
    sock.setblocking(True)
    sock.set_inheritable(False)
    return sock
