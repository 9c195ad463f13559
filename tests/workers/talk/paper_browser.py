"""aiortc in the place of a browser: a microphone that hears a tone, over loopback only."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from fractions import Fraction

import aioice.ice
import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from hil.talker import BLOCK, RATE_HZ, tone_blocks

LOOPBACK = "127.0.0.1"


class Tone(MediaStreamTrack):
    """What the microphone hears."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._blocks = tone_blocks()
        self._began = time.monotonic()
        self._sent = 0

    async def recv(self) -> av.AudioFrame:
        await asyncio.sleep(max(0.0, self._began + self._sent * 0.02 - time.monotonic()))
        frame = av.AudioFrame.from_ndarray(next(self._blocks)[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, self._sent * BLOCK, Fraction(1, RATE_HZ)
        self._sent += 1
        return frame


class PaperBrowser:
    """One connection; ``offer`` is what a page would send."""

    def __init__(self) -> None:
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._peer.addTrack(Tone())
        self.offer = ""

    async def prepare(self) -> None:
        await self._peer.setLocalDescription(await self._peer.createOffer())
        self.offer = self._peer.localDescription.sdp

    async def take(self, answer: str) -> None:
        """From now on it speaks."""
        await self._peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def leave(self) -> None:
        await self._peer.close()


@contextlib.asynccontextmanager
async def paper_browser() -> AsyncIterator[PaperBrowser]:
    everywhere = aioice.ice.get_host_addresses
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [LOOPBACK]
    browser = PaperBrowser()
    try:
        await browser.prepare()
        yield browser
    finally:
        await browser.leave()
        aioice.ice.get_host_addresses = everywhere
