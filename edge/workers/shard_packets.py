"""A watcher's end of a shard's packets socket (edge/workers/vision/decode/packets.py is the other one)."""

import asyncio
import socket

import msgspec

from edge.core.errors import TransientError
from edge.kernel.wire import Channel, open_channel
from edge.kernel.wire.live import LiveCamera
from edge.kernel.wire.vision import ToWatcher, WatchCamera

CONNECT_S = 2.0
Packets = Channel[ToWatcher, msgspec.Struct]


async def watch_packets(camera: LiveCamera) -> Packets:
    """The camera's packets: a StreamHead as soon as it is online, then Packets from the newest key frame on.

    Raises TransientError when its shard does not answer within CONNECT_S.
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        async with asyncio.timeout(CONNECT_S):
            await asyncio.get_running_loop().sock_connect(sock, camera.packets_path)
    except (OSError, TimeoutError) as cause:
        sock.close()
        raise TransientError(f"the shard of {camera.id} does not answer: {cause}") from cause
    channel: Packets = await open_channel(sock, ToWatcher)  # type: ignore[arg-type]  # a union: a type for msgspec only
    await channel.send(WatchCamera(camera.id))
    return channel
