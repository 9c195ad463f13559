"""One serial line, a tty or a PTY, under asyncio.

pyserial sets the line up (raw, 8N1, exclusive); after that only the event loop touches the descriptor. Opening is done
in the loop: with O_NONBLOCK it takes less than a millisecond on every adapter that is alive.
"""

from __future__ import annotations

import asyncio
import os
import select
import termios
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import serial

from drivers.base import TransientDriverError

WRITE_TIMEOUT_S = 1.0
LONGEST_INPUT = 16_384  # bytes nobody asked for; beyond this the oldest are dropped
HUNG_UP = select.POLLHUP | select.POLLERR | select.POLLNVAL


class SerialLine:
    """Bytes to and from one device path. Write and read only inside an `exchange`.

    Everything that goes wrong is a `TransientDriverError`. After the device was unplugged the next exchange opens it
    again; the one under way fails, so that nobody goes on talking to a device that has forgotten the beginning.
    """

    def __init__(self, path: str, baud: int) -> None:
        self.path = path
        self.baud = baud
        self.opened_times = 0
        self._owner = asyncio.Lock()
        self._port: Any = None
        self._input = bytearray()
        self._news = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether the device is there, as far as was noticed."""
        return self._port is not None

    @asynccontextmanager
    async def exchange(self, *, keep_input: bool = False) -> AsyncIterator[None]:
        """Own the line for one question and its answer: open, and with nothing left of earlier answers.

        ``keep_input`` is for a device that also speaks unasked: what it said is there for `take_input`.
        """
        async with self._owner:
            if self._port is None:
                self._open()
            if not keep_input:
                self.flush_input()
            yield

    async def write(self, data: bytes, timeout_s: float = WRITE_TIMEOUT_S) -> None:
        """Hand all of `data` to the line."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._write_all(data)
        except TimeoutError as error:
            raise TransientDriverError(f"{self.path} takes no bytes for {timeout_s:g} s") from error

    async def read_exactly(self, count: int, timeout_s: float) -> bytes:
        """The next `count` bytes; if they do not come in time, what did come stays for the next read."""
        await self._wait(lambda: count if len(self._input) >= count else 0, timeout_s)
        return self._take(count)

    async def read_until(self, *marks: bytes, timeout_s: float) -> bytes:
        """The next bytes up to and with the first of `marks`."""
        size = await self._wait(lambda: self._end_of_first(marks), timeout_s)
        return self._take(size)

    def take_input(self) -> bytes:
        """All that came in and was not read yet, at once."""
        self._refuse_when_lost()
        self._on_readable()
        return self._take(len(self._input))

    def flush_input(self) -> None:
        """Forget what came in and was not read: it answers a question that nobody waits for any more."""
        self._refuse_when_lost()
        try:
            termios.tcflush(self._port.fileno(), termios.TCIFLUSH)
        except termios.error as error:
            raise self._lose(error) from error
        self._input.clear()

    async def close(self) -> None:
        """Close the line; the next exchange opens it again."""
        if self._port is not None:
            asyncio.get_running_loop().remove_reader(self._port.fileno())
            self._port.close()
            self._port = None
        self._news.set()

    def _open(self) -> None:
        try:
            self._port = serial.Serial(self.path, self.baud, timeout=0, exclusive=True)
        except (serial.SerialException, OSError, termios.error) as error:
            raise TransientDriverError(f"{self.path} cannot be opened: {error}") from error
        self._input.clear()
        self.opened_times += 1
        asyncio.get_running_loop().add_reader(self._port.fileno(), self._on_readable)

    async def _write_all(self, data: bytes) -> None:
        while data:
            self._refuse_when_lost()
            try:
                data = data[os.write(self._port.fileno(), data) :]
            except BlockingIOError:
                await self._until_writable()
            except OSError as error:
                raise self._lose(error) from error

    async def _until_writable(self) -> None:
        loop, fd, writable = asyncio.get_running_loop(), self._port.fileno(), asyncio.Event()
        loop.add_writer(fd, writable.set)
        try:
            await writable.wait()
        finally:
            loop.remove_writer(fd)

    async def _wait(self, ready: Callable[[], int], timeout_s: float) -> int:
        try:
            async with asyncio.timeout(timeout_s):
                while not (size := ready()):
                    self._refuse_when_lost()
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError as error:
            came = f"only {len(self._input)} bytes" if self._input else "nothing"
            raise TransientDriverError(f"{self.path}: {came} within {timeout_s:g} s") from error
        return size

    def _end_of_first(self, marks: tuple[bytes, ...]) -> int:
        ends = [at + len(mark) for mark in marks if (at := self._input.find(mark)) >= 0]
        return min(ends, default=0)

    def _take(self, count: int) -> bytes:
        taken = bytes(self._input[:count])
        del self._input[:count]
        return taken

    def _on_readable(self) -> None:
        try:
            came = os.read(self._port.fileno(), 4096)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(error)
            return
        if came:
            self._input += came
            del self._input[:-LONGEST_INPUT]
            self._news.set()
        elif self._hung_up():
            self._lose(OSError("hung up"))

    def _hung_up(self) -> bool:
        """No bytes may mean unplugged, or only that a flush took them before this reader came."""
        poll = select.poll()
        poll.register(self._port.fileno(), select.POLLIN)
        return any(events & HUNG_UP for _, events in poll.poll(0))

    def _lose(self, error: Exception) -> TransientDriverError:
        asyncio.get_running_loop().remove_reader(self._port.fileno())
        self._port.close()
        self._port = None
        self._news.set()
        return TransientDriverError(f"{self.path} was unplugged: {error}")

    def _refuse_when_lost(self) -> None:
        if self._port is None:
            raise TransientDriverError(f"{self.path} was unplugged")
