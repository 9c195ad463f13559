"""The line to one shard: all of its cameras that browsers watch come over one connection, ten times a second."""

import asyncio
import itertools
from contextlib import suppress
from typing import NamedTuple, Protocol

from edge.core.errors import TransientError
from edge.kernel.keep_running import keep_running
from edge.kernel.wire.vision import Gathered, Packet, StreamHead, WatchCameras
from edge.workers.shard_packets import Many, watch_many

DEAD_S = 30.0
"""A shard that is silent for longer than it takes to find a camera stalled and connect again is asked anew."""
LONGEST_WAIT_S = 3.0


class Taker(Protocol):
    """Who wants a camera's packets. Everything is called from the line's loop."""

    def begin(self, head: StreamHead) -> None:
        """A connection of the camera begins; its packets follow, from a key frame on."""

    def take(self, packet: Packet) -> None:
        """The next packet."""

    def lost(self) -> None:
        """The connection is over, or the shard does not answer; if it comes back, `begin` is called."""


class _Wish(NamedTuple):
    camera: str
    taker: Taker


class ShardLine:
    """Whoever wants cameras of one shard says so here, at any time. `run` is its only task."""

    def __init__(self, packets_path: str) -> None:
        self._path = packets_path
        self._numbers = itertools.count(1)
        self._wishes: dict[int, _Wish] = {}
        self._changed = asyncio.Event()

    def want(self, camera: str, taker: Taker) -> int:
        """From now on ``taker`` gets the camera's packets, from its newest key frame on. `unwant` takes the number."""
        number = next(self._numbers)
        self._wishes[number] = _Wish(camera, taker)
        self._changed.set()
        return number

    def unwant(self, number: int) -> None:
        """Nothing more for this wish."""
        self._wishes.pop(number, None)
        self._changed.set()

    async def run(self) -> None:
        """Keep the line while anybody wants anything, for ever."""
        await keep_running(f"line to {self._path}", self._hold, longest_wait_s=LONGEST_WAIT_S)

    async def _hold(self) -> None:
        while True:
            while not self._wishes:
                self._changed.clear()
                await self._changed.wait()
            try:
                await self._talk()
            finally:
                for wish in list(self._wishes.values()):
                    wish.taker.lost()

    async def _talk(self) -> None:
        """One connection. It ends in peace only when nobody wants anything; raises TransientError when it is lost."""
        line = await watch_many(self._path)
        saying = asyncio.create_task(self._say_wishes(line))
        try:
            await self._hear(line)
        finally:
            saying.cancel()
            with suppress(asyncio.CancelledError):
                await saying
            await line.close()
        if self._wishes:
            raise TransientError(f"the shard at {self._path} ended the line")

    async def _say_wishes(self, line: Many) -> None:
        with suppress(TransientError):  # whoever hears finds the end of the line
            while True:
                self._changed.clear()
                await line.send(WatchCameras(tuple((number, wish.camera) for number, wish in self._wishes.items())))
                await self._changed.wait()

    async def _hear(self, line: Many) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(DEAD_S) as limit:
                async for news in line:
                    limit.reschedule(loop.time() + DEAD_S)
                    if news.number in self._wishes:
                        _pass_on(news, self._wishes[news.number].taker)
        except TimeoutError:
            return


def _pass_on(news: Gathered, taker: Taker) -> None:
    if news.head is not None:
        taker.begin(news.head)
    for packet in news.packets:
        taker.take(packet)
    if news.ended:
        taker.lost()
