"""The link of the box's own node: the channel that the supervisor gave it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress

import msgspec

from edge.core.errors import MisconfiguredError, TransientError
from edge.kernel.wire import Beat, Channel, Hello, inherited_socket, open_channel
from edge.kernel.wire.node import LinkFrame, NodeSetup, ToNode
from edge.node.link import CONNECTED, INCOMING

BEAT_S = 2.0


class SocketLink:
    """Frames over the supervisor's channel; the node ends when the supervisor hangs up."""

    def __init__(self, channel: Channel[ToNode, msgspec.Struct]) -> None:
        self._channel = channel

    @classmethod
    async def open(cls) -> tuple["SocketLink", NodeSetup]:
        """The link and the settings, which are the first message of it."""
        channel: Channel[ToNode, msgspec.Struct] = await open_channel(inherited_socket(), ToNode)  # type: ignore[arg-type]  # msgspec takes a union of messages, for which mypy has no type
        setup = await channel.receive()
        if not isinstance(setup, NodeSetup):
            raise MisconfiguredError("Nút chưa nhận được thiết lập từ bộ giám sát.")
        return cls(channel), setup

    async def run(self) -> None:
        """Say hello and beat."""
        with suppress(TransientError):  # the supervisor is gone: ``messages`` ends, and the node with it
            await self._channel.send(Hello(os.getpid()))
            while True:
                await self._channel.send(Beat())
                await asyncio.sleep(BEAT_S)

    async def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """What the box says, until the supervisor hangs up."""
        yield CONNECTED, b""
        async for message in self._channel:
            if isinstance(message, LinkFrame) and message.topic in INCOMING:
                yield message.topic, message.payload

    async def send(self, topic: str, payload: bytes) -> None:
        """Hand one message to the supervisor; it is lost when the supervisor is gone."""
        with suppress(TransientError):
            await self._channel.send(LinkFrame(topic, payload))

    async def follow(self, stream: str) -> None:
        """The supervisor sends every talk: the socket costs nothing."""

    async def leave(self, stream: str) -> None:
        """What still comes is for nobody."""
