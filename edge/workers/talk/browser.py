"""The browser's end of a talk: WebRTC through aiortc, on the local network only, sound in and nothing else."""

import asyncio
import logging
from collections.abc import AsyncIterator

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.jitterbuffer import JitterBuffer
from aiortc.mediastreams import MediaStreamError

from edge.core.errors import FinalError
from edge.workers.talk.sound import BLOCK, Block, silence

log = logging.getLogger(__name__)

CONNECT_S = 10.0
"""From our answer to the first sound: on a LAN it takes half a second."""
GONE_S = 0.8
"""A browser sends all the time, of a muted microphone too: silence of the line means that it went."""
LONGEST_FILL = 25
"""Blocks of silence that stand in for lost sound; more than 0.5 s is taken as a new beginning."""
_CAPACITY = 4
"""Packets that aiortc keeps to put them in order. Its own 16, of which four must wait, would cost 80 ms always and
320 ms after a loss; a LAN seldom disorders packets, and the horns have a buffer of their own."""


_ITS_BUFFER = "_RTCRtpReceiver__jitter_buffer"
"""aiortc has no setting for it. A version that calls it otherwise fails the test that looks for this name."""


class Browser:
    """One browser that offered its microphone."""

    def __init__(self) -> None:
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))  # no STUN: nothing leaves the commune
        self._track: MediaStreamTrack | None = None

    async def answer(self, offer: str) -> str:
        """Our SDP; raises FinalError when the offer is none, or offers no sound alone."""
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        except (ValueError, KeyError, IndexError, AttributeError, AssertionError) as cause:  # whatever its parser hits
            raise FinalError("Trình duyệt gửi lời mời WebRTC sai khuôn dạng.") from cause
        transceivers = self._peer.getTransceivers()
        if [one.kind for one in transceivers] != ["audio"] or self._peer.sctp is not None:
            raise FinalError("Trình duyệt phải gửi đúng một luồng tiếng.")
        transceivers[0].direction = "recvonly"
        receiver = transceivers[0].receiver
        vars(receiver)[_ITS_BUFFER] = JitterBuffer(_CAPACITY, prefetch=1)
        self._track = receiver.track
        await self._peer.setLocalDescription(await self._peer.createAnswer())
        return str(self._peer.localDescription.sdp)

    async def blocks(self) -> AsyncIterator[Block]:
        """20 ms of sound after the other, until the browser is gone; lost ones are silence of the same length."""
        assert self._track is not None
        patience_s, due = CONNECT_S, None
        while True:
            try:
                async with asyncio.timeout(patience_s):
                    frame = await self._track.recv()
            except (TimeoutError, MediaStreamError):
                return
            assert isinstance(frame, av.AudioFrame)
            patience_s = GONE_S
            missing = 0 if due is None or frame.pts is None else (frame.pts - due) // BLOCK
            for _ in range(missing if 0 < missing <= LONGEST_FILL else 0):
                yield silence()
            due = None if frame.pts is None else frame.pts + frame.samples
            for block in _mono(frame):
                yield block

    async def close(self) -> None:
        """Hang up."""
        await self._peer.close()


def _mono(frame: av.AudioFrame) -> list[Block]:
    """Both channels in one, in blocks of 20 ms; browsers send nothing else."""
    stereo = frame.to_ndarray().reshape(-1, len(frame.layout.channels)).astype(np.int32)
    mono = stereo.mean(axis=1).astype(np.int16)
    return [mono[at : at + BLOCK] for at in range(0, len(mono) - BLOCK + 1, BLOCK)]
