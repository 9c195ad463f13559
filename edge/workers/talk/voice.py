"""One talk: whatever sounds is levelled, packed, signed and handed to the supervisor."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from edge.kernel.wire.talk import TalkLevel, TalkSound
from edge.workers.talk.packing import Packer
from edge.workers.talk.sound import Block, Level, Loudness

LEVEL_EVERY = 12
"""Blocks between two readings of the meter: four a second."""
LAST_PACKETS = 3
LAST_EVERY_S = 0.06
"""The last packet goes out three times: one may be lost, and a horn without it waits two seconds."""
Tell = Callable[[msgspec.Struct], Awaitable[None]]


class Voice:
    """Packs a talk and tells its packets and its level."""

    def __init__(self, stream: str, tell: Tell, *, levelling: bool = True) -> None:
        self._stream = stream
        self._tell = tell
        self._packer = Packer(stream)
        self._loudness = Loudness() if levelling else None
        self._level = Level()
        self._blocks = 0

    @property
    def talk_key(self) -> str:
        """The public key of this talk, hex."""
        return self._packer.talk_key

    async def say(self, block: Block) -> None:
        """20 ms more."""
        levelled = self._loudness.level(block) if self._loudness else block
        payload = self._packer.add(levelled)
        if payload is not None:
            await self._tell(TalkSound(self._stream, payload))
        self._level.add(levelled)
        self._blocks += 1
        if self._blocks % LEVEL_EVERY == 0:
            await self._tell(TalkLevel(self._stream, *self._level.read()))

    async def end(self) -> None:
        """The horns learn that it was the end, and not a line that died."""
        for _ in range(LAST_PACKETS):
            await self._tell(TalkSound(self._stream, self._packer.end()))
            await asyncio.sleep(LAST_EVERY_S)
