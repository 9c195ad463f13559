"""The line to one camera, which can fail in every way that lines and cameras fail: a TCP proxy before its server."""

import asyncio
import contextlib
import random
import threading
from collections.abc import Coroutine
from enum import StrEnum
from types import TracebackType
from typing import Any

from hil.bench.eyes.packet_filter import Filter

CHUNK = 65_536
TRICKLE_S = 0.5
START_S = 5.0
LOOPBACK = "127.0.0.1"


class Failing(StrEnum):
    """How the line is."""

    WELL = "well"
    SILENT = "silent"
    """It is accepted and never answered."""
    STOPPED = "stopped"
    """In the middle of the stream nothing comes any more; new connections are served."""
    GARBAGE = "garbage"
    """Every byte from the camera is another one."""
    TRICKLE = "trickle"
    """A byte from the camera every half second."""
    HALF_OPEN = "half_open"
    """The network drops every packet of the connections that are open: no end is ever heard of."""
    BLACK_HOLE = "black_hole"
    """The network drops every packet to and from the camera, whatever connection it belongs to."""


NEEDS_ROOT = frozenset({Failing.HALF_OPEN, Failing.BLACK_HOLE})
"""Only the packet filter can do these."""


class BadLine:
    """Use as ``with BadLine(port) as line``; `port` is where the camera is to be reached. Its loop has a thread."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._failing = Failing.WELL
        self._open: dict[asyncio.Task[None], int] = {}
        self._stopped: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bad-line", daemon=True)
        self._filter = Filter()
        self.port = 0

    def __enter__(self) -> "BadLine":
        self._thread.start()
        self._call(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._filter.clear()
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_S)
        self._loop.close()

    def become(self, failing: Failing) -> None:
        """From now on. Raises CalledProcessError where the packet filter may not be changed."""
        self._filter.clear()
        if failing in NEEDS_ROOT:
            self._filter.drop(self.port, self._far_ports() if failing is Failing.HALF_OPEN else ())
        self._call(self._set(failing))

    def drop(self) -> None:
        """End every connection at once, as a camera that restarts does."""
        self._call(self._end_all())

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(START_S)

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._carry, LOOPBACK, 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def _stop(self) -> None:
        self._server.close()
        await self._end_all()

    async def _set(self, failing: Failing) -> None:
        self._failing = failing
        if failing is Failing.SILENT:
            await self._end_all()
        self._stopped = set(self._open) if failing is Failing.STOPPED else set()
        if failing is Failing.WELL:
            await self._end_all()  # what was garbled or starved would never be well again

    async def _end_all(self) -> None:
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = int(writer.get_extra_info("peername")[1])
        try:
            await self._serve(task, reader, writer)
        except OSError:
            pass
        finally:
            self._open.pop(task, None)
            self._stopped.discard(task)
            writer.transport.abort()

    async def _serve(
        self, task: "asyncio.Task[None]", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._failing is Failing.SILENT:
            await asyncio.Event().wait()
        far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self._to_port)
        up = asyncio.create_task(_pump(reader, far_writer))
        try:
            while data := await far_reader.read(CHUNK):
                await self._give(task, data, writer)
        finally:
            up.cancel()
            far_writer.transport.abort()

    async def _give(self, task: "asyncio.Task[None]", data: bytes, writer: asyncio.StreamWriter) -> None:
        if task in self._stopped:
            await asyncio.Event().wait()
        if self._failing is Failing.TRICKLE:
            await _trickle(data, writer)
            return
        writer.write(random.randbytes(len(data)) if self._failing is Failing.GARBAGE else data)
        await writer.drain()

    def _far_ports(self) -> list[int]:
        return list(self._open.values())


async def _trickle(data: bytes, writer: asyncio.StreamWriter) -> None:
    """Until it is over or the line is well again, which ends every connection."""
    for byte in data:
        if writer.is_closing():
            return
        writer.write(bytes([byte]))
        await asyncio.sleep(TRICKLE_S)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
