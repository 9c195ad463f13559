"""A process that does not read: neither its supervisor's memory nor its own end may wait for it."""

import asyncio
import socket
from typing import Any

import msgspec
import pytest

from edge.core.errors import TransientError
from edge.kernel.wire import Beat, Channel, open_channel

BIG = Beat("x" * 1_000_000)


async def deaf() -> tuple[Channel[Any, msgspec.Struct], socket.socket]:
    ours, theirs = socket.socketpair()
    return await open_channel(ours, Beat), theirs


async def test_a_peer_that_does_not_read_is_cut_off_after_the_deadline() -> None:
    channel, theirs = await deaf()
    with theirs:
        with pytest.raises(TransientError):
            await channel.send(BIG, deadline_s=0.1)
        async with asyncio.timeout(1):
            assert await channel.receive() is None


async def test_closing_does_not_wait_for_a_peer_that_does_not_read() -> None:
    channel, theirs = await deaf()
    with theirs:
        sending = asyncio.create_task(channel.send(BIG))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(3):
            await channel.close()
            await sending
