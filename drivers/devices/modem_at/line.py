"""Commands and answers on a modem's AT port, one after another, with what the modem says unasked kept apart."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from drivers.base import TransientDriverError
from drivers.devices.modem_at import codec
from drivers.devices.modem_at.unasked import Unasked
from drivers.transport.serial_line import SerialLine

REST_OF_A_LINE_S = 0.3
"""350 characters at 9600 baud: how long half a delivery report is waited for."""


class AtLine:
    """One modem's port. Everything but `owned` and `close` is for whoever is inside `owned`."""

    def __init__(self, line: SerialLine, command_timeout_s: float) -> None:
        self.unasked = Unasked()
        self.path = line.path
        self.command_timeout_s = command_timeout_s
        self._line = line

    @property
    def opened_times(self) -> int:
        """How often the port was opened: a modem that was gone has forgotten its settings."""
        return self._line.opened_times

    @property
    def is_open(self) -> bool:
        """Whether the port is open: it is lost when the modem goes."""
        return self._line.is_open

    @asynccontextmanager
    async def owned(self) -> AsyncIterator[None]:
        """Own the line. What the modem said in between is kept, as far as it is news."""
        async with self._line.exchange(keep_input=True):
            yield

    async def command(self, command: str, timeout_s: float | None = None) -> tuple[str, ...]:
        """The lines before OK. Whatever else ends the answer is raised; silence is a `TransientDriverError`."""
        await self.say(command.encode() + b"\r")
        return await self.answer(command, timeout_s or self.command_timeout_s)

    async def say(self, data: bytes) -> None:
        """Write. What came before is no answer to it."""
        await self._hear_what_came()
        await self._line.write(data)

    async def answer(self, command: str, timeout_s: float) -> tuple[str, ...]:
        """The lines before OK, with one deadline for all: a modem that chatters must not hold the line for ever."""
        lines: list[str] = []
        until = time.monotonic() + timeout_s
        while not (lines and codec.is_final(lines[-1])):
            if (left_s := until - time.monotonic()) <= 0:
                raise TransientDriverError(f"{command}: no end of the answer within {timeout_s:g} s")
            line = await self.next_line(left_s)
            if line and not self.unasked.take(line):
                lines.append(line)
        codec.refuse_unless_ok(command, lines.pop())
        return tuple(lines)

    async def prompt(self, command: str) -> None:
        """Wait until the modem asks for the message."""
        while True:
            timeout_s = self.command_timeout_s
            came = await self._line.read_until(codec.PROMPT, codec.END_OF_LINE, timeout_s=timeout_s)
            if came.endswith(codec.PROMPT):
                return
            line = _line_of(came)
            if not self.unasked.take(line) and codec.is_final(line):
                codec.refuse_unless_ok(command, line)
                raise codec.RefusedError(f"{command}: modem says OK where it should ask for the message")

    async def next_line(self, timeout_s: float) -> str:
        """The next line, without its end."""
        return _line_of(await self._line.read_until(codec.END_OF_LINE, timeout_s=timeout_s))

    async def listen(self, seconds: float) -> None:
        """Hear only news for a while; what is no news is forgotten."""
        await asyncio.sleep(seconds)
        await self._hear_what_came()

    async def hand_over(self, data: bytes) -> None:
        """Write without hearing first: what comes now is the answer."""
        await self._line.write(data)

    async def close(self) -> None:
        """Give the line back."""
        await self._line.close()

    async def _hear_what_came(self) -> None:
        came = self._line.take_input()
        if self._unfinished(came):
            await asyncio.sleep(REST_OF_A_LINE_S)
            came += self._line.take_input()
        for line in came.split(codec.END_OF_LINE):
            self.unasked.take(_line_of(line))

    def _unfinished(self, came: bytes) -> bool:
        """Whether the last thing that came is half of something worth keeping."""
        whole, _, piece = came.rpartition(codec.END_OF_LINE)
        header = whole.rpartition(codec.END_OF_LINE)[2]
        return any(self.unasked.begins_like_one(part) for part in (piece, header))


def _line_of(raw: bytes) -> str:
    return raw.decode("ascii", "replace").strip()
