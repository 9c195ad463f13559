"""One browser that sees one camera: WebRTC through aiortc, on the local network only, one video out and nothing in."""

import asyncio
import contextlib
import logging
import time

import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.exceptions import InvalidStateError, OperationError
from aiortc.rtcrtpparameters import RTCRtpCodecCapability

from edge.core.errors import FinalError, MolangError, TransientError
from edge.kernel.wire.live import LiveCamera
from edge.kernel.wire.vision import StreamHead
from edge.workers.shard_packets import Packets, watch_packets
from edge.workers.whep.stream import Stream

log = logging.getLogger(__name__)

CONNECT_S = 10.0
"""From our answer to the browser's first word: on a LAN it takes half a second."""
HEAD_S = 2.5
"""The page waits some seconds more; a camera that is online answers at once."""
NO_PICTURE = "Camera chưa cho hình, xin thử lại sau giây lát."
AGAIN_S = 0.5
PICTURE_LOST_S = 1.0
"""A browser that lost a picture asks at most so often for the newest key frame."""
ITS_ASKING = "_send_keyframe"
"""aiortc tells nobody that a browser wants a key frame, for it makes them itself. A version that calls it otherwise
fails the test that looks for this name."""

_ITS_PARSER = (ValueError, KeyError, IndexError, AttributeError, AssertionError)
"""Whatever aiortc hits in an offer that is none."""


class Peer:
    """Begin with `answer`, then `show` until it returns, then `close`."""

    def __init__(self, camera: LiveCamera) -> None:
        self._camera = camera
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))  # no STUN: nothing leaves the commune
        self._track = _Track()
        self._lost = False
        self._changed = asyncio.Event()
        self._asked_at = 0.0

    @property
    def frames(self) -> int:
        """Pictures that went out."""
        return self._track.stream.sent

    async def answer(self, offer: str) -> str:
        """Our SDP; raises FinalError for an offer that is none, and for a camera that WebRTC cannot show."""
        await self._meet_camera()
        try:
            sender = self._peer.addTrack(self._track)
            vars(sender)[ITS_ASKING] = self._picture_lost
            self._peer.getTransceivers()[0].setCodecPreferences(_h264())
            await self._peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            self._check_offer()
            self._peer.on("connectionstatechange", self._changed.set)
            await self._peer.setLocalDescription(await self._peer.createAnswer())
        except (*_ITS_PARSER, OperationError, InvalidStateError) as cause:
            raise FinalError("Trình duyệt gửi lời mời WebRTC sai khuôn dạng.") from cause
        return str(self._peer.localDescription.sdp)

    async def show(self) -> None:
        """Until the browser is gone, or the camera proves to be one that WebRTC cannot show."""
        feeding: asyncio.Task[None] | None = None
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._until("connected")
            feeding = asyncio.create_task(self._feed())
            gone = asyncio.create_task(self._until("failed", "closed", "disconnected"))
            done, waits = await asyncio.wait({feeding, gone}, return_when=asyncio.FIRST_COMPLETED)
            for task in waits:
                task.cancel()
            if feeding in done:
                feeding.result()
        except TimeoutError:
            log.info("a browser that was to see %s never came", self._camera.id)
        finally:
            if feeding is not None:
                feeding.cancel()
                with contextlib.suppress(asyncio.CancelledError, MolangError):
                    await feeding

    async def close(self) -> None:
        """Hang up."""
        await self._peer.close()

    async def _meet_camera(self) -> None:
        """Ask it once before anybody is promised a picture. Raises FinalError or TransientError with a sentence."""
        try:
            packets = await watch_packets(self._camera)
            try:
                async with asyncio.timeout(HEAD_S):
                    head = await packets.receive()
            finally:
                await packets.close()
        except (TransientError, TimeoutError) as cause:
            raise TransientError(NO_PICTURE) from cause
        if not isinstance(head, StreamHead):
            raise TransientError(NO_PICTURE)
        Stream().begin(head)

    def _check_offer(self) -> None:
        kinds = [one.kind for one in self._peer.getTransceivers()]
        if kinds != ["video"] or self._peer.sctp is not None:
            raise FinalError("Trình duyệt phải xin đúng một luồng hình.")

    async def _until(self, *states: str) -> None:
        while self._peer.connectionState not in states:
            self._changed.clear()
            await self._changed.wait()

    async def _feed(self) -> None:
        """Packets from the newest key frame on; again whenever the camera connects anew, or a picture was lost."""
        while True:
            try:
                packets = await watch_packets(self._camera)
                try:
                    await self._take(packets)
                finally:
                    await packets.close()
            except TransientError as error:
                log.debug("camera %s: %s", self._camera.id, error)
            if not self._lost:
                await asyncio.sleep(AGAIN_S)

    async def _take(self, packets: Packets) -> None:
        self._lost = False
        async for message in packets:
            if self._lost:
                return
            if isinstance(message, StreamHead):
                self._track.stream.begin(message)
            else:
                self._track.stream.put(message)

    def _picture_lost(self) -> None:
        """The ring still has the newest key frame and what followed it: nobody waits for the next one."""
        if time.monotonic() - self._asked_at > PICTURE_LOST_S:
            self._asked_at = time.monotonic()
            self._lost = True


class _Track(MediaStreamTrack):
    """What aiortc takes packets from."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.stream = Stream()

    async def recv(self) -> av.Packet:
        """The next packet."""
        return await self.stream.next()


def _h264() -> list[RTCRtpCodecCapability]:
    return [codec for codec in RTCRtpSender.getCapabilities("video").codecs if codec.mimeType.lower() == "video/h264"]
