"""Packets of talks on their way out: to the broker once for all relay nodes, and to the box's own node."""

import asyncio
from collections.abc import Awaitable, Callable

from edge.core.errors import TransientError
from edge.kernel.bus import Mailbox

WAITING = 20
"""Two seconds of packets. Beyond it the oldest is dropped: a talk must not come later and later."""
SendPacket = Callable[[str, bytes], Awaitable[None]]
"""(stream, packet); raises TransientError while the way is closed."""


class Outlet:
    """One way out. A slow or closed one harms no other."""

    def __init__(self, send: SendPacket) -> None:
        self._send = send
        self._waiting: Mailbox[tuple[str, bytes]] = Mailbox(WAITING)
        self.lost = 0

    @property
    def dropped(self) -> int:
        """Packets that this way could not take."""
        return self.lost + self._waiting.dropped

    def put(self, stream: str, payload: bytes) -> None:
        """Queue a packet; never waits."""
        self._waiting.put((stream, payload))

    async def run(self) -> None:
        """Hand on until cancelled. A packet that cannot go now goes never: the next one is newer."""
        async for stream, payload in self._waiting:
            try:
                await self._send(stream, payload)
            except TransientError:
                self.lost += 1
            await _let_go()


async def _let_go() -> None:
    """Others have a turn. ``wait_for`` of Python 3.11, which aiomqtt uses, may swallow a cancellation."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
    await asyncio.sleep(0)
