"""From compressed packets to pictures that know when they arrived."""

from collections.abc import Iterator
from dataclasses import dataclass

import av

from edge.workers.vision import words
from edge.workers.vision.ingest.trouble import garbled

NO_PICTURE_S = 6.0
"""Packets without one good picture for so long are rubbish; longer than the key interval of any sane camera."""
MOST_IN_DECODER = 64


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One decoded picture; ``steady`` is when the packet that holds it arrived."""

    frame: av.VideoFrame
    steady: float


class Decoder:
    """Decodes one connection's packets from its first key frame on. One thread uses it."""

    def __init__(self, context: av.VideoCodecContext, steady: float) -> None:
        self._context = context
        self._good = steady
        self._synced = False
        self._arrived: dict[int, float] = {}

    def decode(self, packet: av.Packet, steady: float) -> Iterator[Picture]:
        """The pictures that this packet completes; raises CameraTroubleError after NO_PICTURE_S without any."""
        for frame in self._frames(packet, steady):
            self._good = steady
            yield Picture(frame, self._arrived.pop(frame.pts, steady))
        if steady - self._good > NO_PICTURE_S:
            raise garbled(words.CAMERA_RUBBISH)

    def _frames(self, packet: av.Packet, steady: float) -> list[av.VideoFrame]:
        self._synced = self._synced or packet.is_keyframe
        if not self._synced:
            return []
        self._remember(packet.pts, steady)
        try:
            return [frame for frame in self._context.decode(packet) if not frame.is_corrupt]
        except av.error.FFmpegError:
            self._synced = False  # what follows refers to a broken picture: wait for a key frame
            return []

    def _remember(self, pts: int | None, steady: float) -> None:
        if pts is not None:
            self._arrived[pts] = steady
        if len(self._arrived) > MOST_IN_DECODER:
            self._arrived.pop(next(iter(self._arrived)))
