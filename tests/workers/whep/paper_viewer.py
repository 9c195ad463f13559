"""aiortc in the place of a browser that sees one video, over loopback only."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aioice.ice
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

LOOPBACK = "127.0.0.1"


class PaperViewer:
    """A browser that wants one video; ``offer`` is what its page would send."""

    def __init__(self) -> None:
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._peer.addTransceiver("video", direction="recvonly")
        self._tracks: asyncio.Queue[MediaStreamTrack] = asyncio.Queue()
        self._peer.on("track", self._tracks.put_nowait)
        self.offer = ""

    async def prepare(self) -> None:
        await self._peer.setLocalDescription(await self._peer.createOffer())
        self.offer = self._peer.localDescription.sdp

    async def take(self, answer: str) -> MediaStreamTrack:
        await self._peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        return await self._tracks.get()

    async def leave(self) -> None:
        await self._peer.close()


@contextlib.asynccontextmanager
async def viewer() -> AsyncIterator[PaperViewer]:
    everywhere = aioice.ice.get_host_addresses
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [LOOPBACK]
    one = PaperViewer()
    try:
        await one.prepare()
        yield one
    finally:
        await one.leave()
        aioice.ice.get_host_addresses = everywhere
