"""A browser's end of the live process, as an aiohttp client; and the live process itself on a free port."""

import asyncio
import contextlib
import io
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import av

from edge.kernel.wire import Hello
from edge.kernel.wire.live import FromLive, LiveCamera, LiveSetup
from tests.workers.child_process import ChildProcess, started

TOKEN = "bí-mật-thử"
DEADLINE_S = 20.0


@dataclass
class Live:
    """A running live process."""

    child: ChildProcess
    port: int

    def url(self, path: str, token: str = TOKEN) -> str:
        return f"http://127.0.0.1:{self.port}/live/{path}?token={token}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def live_process(
    packets: Path, origins: tuple[str, ...] = ("*",), cameras: tuple[str, ...] = ("c1",)
) -> AsyncIterator[Live]:
    """The live child with these cameras of one shard, listening."""
    port = free_port()
    async with started("edge.workers.live", FromLive) as child:
        shown = tuple(LiveCamera(name, str(packets)) for name in cameras)
        await child.channel.send(LiveSetup("127.0.0.1", port, TOKEN, origins, shown))
        await child.hear(Hello)
        yield Live(child, port)


@dataclass
class Recording:
    """What one browser received."""

    texts: list[dict[str, Any]] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)

    def decoded(self) -> list[av.VideoFrame]:
        """The frames of everything received, init first."""
        with av.open(io.BytesIO(b"".join(self.parts)), format="mp4") as file:
            return list(file.decode(video=0))


async def record(socket_: aiohttp.ClientWebSocketResponse, parts: int) -> Recording:
    """Listen until so many binary messages came."""
    recording = Recording()
    async with asyncio.timeout(DEADLINE_S):
        async for message in socket_:
            if message.type is aiohttp.WSMsgType.TEXT:
                recording.texts.append(json.loads(message.data))
            elif message.type is aiohttp.WSMsgType.BINARY:
                recording.parts.append(message.data)
            if len(recording.parts) >= parts:
                break
    return recording
