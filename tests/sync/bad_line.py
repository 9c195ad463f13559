"""The line between box and province, with the faults that a real one has."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum

CHUNK = 65_536


class Fault(Enum):
    """What the line does now."""

    NONE = "none"
    CUT = "cut"  # connections break, new ones are refused
    HOLE = "hole"  # bytes vanish in both directions, nobody is told
    LOST_REPLY = "lost reply"  # what the box sends arrives; the first byte of an answer breaks the connection


class BadLine:
    """A TCP proxy to ``to_port``. Set ``fault`` at any moment, also for connections that stand."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.port = 0
        self.fault = Fault.NONE
        self.replies_lost = 0
        self.reply_late_s = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    def set_fault(self, fault: Fault) -> None:
        self.fault = fault
        if fault is Fault.CUT:
            self._break_all()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["BadLine"]:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self._break_all()

    def _break_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(OSError):
            if self.fault is not Fault.CUT:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
                self._writers.add(far_writer)
                await asyncio.gather(
                    self._pump(reader, far_writer, reply=False), self._pump(far_reader, writer, reply=True)
                )
                self._writers.discard(far_writer)
        writer.transport.abort()
        self._writers.discard(writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, reply: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if self.fault is Fault.HOLE:
                    continue
                if self.fault is Fault.LOST_REPLY and reply:
                    self.replies_lost += 1
                    self._break_all()
                    return
                if reply and self.reply_late_s:
                    await asyncio.sleep(self.reply_late_s)
                writer.write(data)
                await writer.drain()
        writer.close()
