"""Holds an amplifier on for a stated time, and measures what it does, by lines of text."""

from __future__ import annotations

import asyncio
import itertools

from drivers.base import AmpEvidence, FinalDriverError, MisconfiguredDriverError, TransientDriverError
from drivers.devices.relay_amp_line import codec
from drivers.transport.serial_line import SerialLine

TIMEOUT_S = 0.3
TRIES = 3


class AmpLine:
    """One board on one wire, shared by the amplifiers of its channels."""

    def __init__(self, path: str, baud: int) -> None:
        self.users = 0
        self.serial = SerialLine(path, baud)
        self._tags = itertools.cycle(range(1, codec.LAST_TAG + 1))

    async def ask(self, verb: codec.Verb, channel: int, ms: int = 0) -> codec.Facts:
        """The facts of a channel after the question. At most three tries of 0.3 s; a refusal is not tried again."""
        loop = asyncio.get_running_loop()
        for _ in range(TRIES):
            next_try = loop.time() + TIMEOUT_S
            question = codec.Question(next(self._tags), verb, channel, ms)
            try:
                return codec.facts_of(await self._ask_once(question))
            except TransientDriverError as error:
                last = error
            await asyncio.sleep(max(0.0, next_try - loop.time()))  # noise comes in bursts: let it pass
        raise TransientDriverError(f"channel {channel} does not answer {TRIES} times: {last}") from last

    async def _ask_once(self, question: codec.Question) -> bytes:
        async with self.serial.exchange():
            await self.serial.write(codec.question_line(question))
            return await self._answer_to(question.tag)

    async def _answer_to(self, tag: int) -> bytes:
        """The line that carries our tag: one that comes late answers an older question and is passed over."""
        loop = asyncio.get_running_loop()
        until = loop.time() + TIMEOUT_S
        while True:
            line = await self.serial.read_until(codec.END, timeout_s=max(0.0, until - loop.time()))
            if codec.tag_of(line) == tag:
                return line


class RelayAmpLine:
    """An `Amplifier`: one channel of a board."""

    def __init__(self, line: AmpLine, channel: int, idle_ma: int) -> None:
        self._line = line
        self._channel = channel
        self._idle_ma = idle_ma
        self._open = True
        line.users += 1

    async def hold_on(self, seconds: float) -> None:
        """Switch on; the board switches off by itself after `seconds` (0.1 to 600), rounded up to 1 ms."""
        if not codec.SHORTEST_ON_S <= seconds <= codec.LONGEST_ON_S:
            raise FinalDriverError(
                f"hold_on({seconds:g}): the board times {codec.SHORTEST_ON_S} to {codec.LONGEST_ON_S:g} s"
            )
        ms = codec.hold_ms(seconds)
        facts = await self._line.ask(codec.Verb.ON, self._channel, ms)
        self._confirm(facts, on=True)
        if not 0 < facts.left_ms <= ms:
            raise TransientDriverError(f"channel {self._channel} is on for {facts.left_ms} ms where {ms} were asked")

    async def off(self) -> None:
        """Switch off at once."""
        self._confirm(await self._line.ask(codec.Verb.OFF, self._channel), on=False)

    async def measure(self) -> AmpEvidence:
        """The contact read back, the output current above the idle one, and the line level where it is measured."""
        facts = await self._line.ask(codec.Verb.GET, self._channel)
        return AmpEvidence(facts.on, max(0, facts.current_ma - self._idle_ma), facts.level_db)

    async def close(self) -> None:
        """Give the line back; the last channel closes it. Switches nothing."""
        if self._open:
            self._open = False
            await _give_back(self._line)

    def _confirm(self, facts: codec.Facts, *, on: bool) -> None:
        if facts.on is not on:
            raise TransientDriverError(f"channel {self._channel} answers but is {'off' if on else 'on'}")


_lines: dict[str, AmpLine] = {}


def open_line(path: str, baud: int) -> AmpLine:
    """The board at `path`, shared with every other channel there."""
    line = _lines.setdefault(path, AmpLine(path, baud))
    if line.serial.baud != baud:
        raise MisconfiguredDriverError(f"baud: {path} is already used with {line.serial.baud}, not {baud}")
    return line


async def _give_back(line: AmpLine) -> None:
    line.users -= 1
    if line.users == 0:
        _lines.pop(line.serial.path, None)
        await line.serial.close()
