"""A watcher's end of a shard's packets socket (edge/workers/vision/decode/packets.py is the other one)."""

import asyncio
import socket

import msgspec

from edge.core.errors import TransientError
from edge.kernel.wire import Channel, open_channel
from edge.kernel.wire.live import LiveCamera
from edge.kernel.wire.vision import Gathered, ToWatcher, WatchCamera

CONNECT_S = 2.0
Packets = Channel[ToWatcher, msgspec.Struct]
Many = Channel[Gathered, msgspec.Struct]


async def watch_packets(camera: LiveCamera) -> Packets:
    """The camera's packets: a StreamHead as soon as it is online, then Packets from the newest key frame on.

    Raises TransientError when its shard does not answer within CONNECT_S.
    """
    channel: Packets = await open_channel(await _connected(camera.packets_path), ToWatcher)  # type: ignore[arg-type]  # a union: a type for msgspec only
    await channel.send(WatchCamera(camera.id))
    return channel


async def watch_many(packets_path: str) -> Many:
    """A line on which WatchCameras may be said again and again. Raises TransientError as `watch_packets` does."""
    return await open_channel(await _connected(packets_path), Gathered)


async def _connected(packets_path: str) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        async with asyncio.timeout(CONNECT_S):
            await asyncio.get_running_loop().sock_connect(sock, packets_path)
    except (OSError, TimeoutError) as cause:
        sock.close()
        raise TransientError(f"the shard at {packets_path} does not answer: {cause}") from cause
    return sock
