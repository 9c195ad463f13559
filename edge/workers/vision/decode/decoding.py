"""From compressed packets to pictures: one key frame alone, or one packet after the other."""

import logging
from dataclasses import dataclass

import av

from edge.workers.vision.hardware.base import FrameDecoder, HardwareFailedError, Opener

log = logging.getLogger(__name__)

HARDWARE_FROM_PX = 1280 * 720
"""Smaller streams are decoded as quickly in software, and without a chip's delay."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One decoded picture; ``steady`` is when its packet arrived, ``key`` whether it is a key frame."""

    frame: av.VideoFrame
    steady: float
    key: bool


class Decoder:
    """Decodes one connection's packets. One thread uses it.

    ``alone`` and ``feed`` may alternate: whoever feeds after ``alone`` begins again at a key frame. Large streams that
    are fed go to the ``hardware``, if there is one that was proven; the first failure gives them back to software.
    """

    def __init__(self, context: av.VideoCodecContext, hardware: Opener | None = None) -> None:
        self._context = context
        self._hardware = hardware
        self._chip: FrameDecoder | None = None
        self._synced = False

    @property
    def synced(self) -> bool:
        """Whether it has followed the stream since a key frame."""
        return self._synced

    def alone(self, packet: av.Packet) -> av.VideoFrame | None:
        """The picture of one key frame, whatever came before; None when it is broken.

        A stream with B-frames gives it only when the decoder is drained, one without gives it at once.
        """
        self.restart()
        try:
            frames = self._context.decode(packet) or self._context.decode(None)
        except av.error.FFmpegError:
            return None
        finally:
            self._context.flush_buffers()
        return next((frame for frame in frames if not frame.is_corrupt), None)

    def feed(self, packet: av.Packet) -> list[av.VideoFrame]:
        """The pictures that this packet completes; none until a key frame came."""
        if not self._synced and packet.is_keyframe:
            self._synced = True
            self._open_chip()
        if not self._synced:
            return []
        try:
            decoder = self._chip or self._context
            return [frame for frame in decoder.decode(packet) if not frame.is_corrupt]
        except HardwareFailedError as error:
            return self._without_chip(packet, error)
        except av.error.FFmpegError:
            self._synced = False  # what follows refers to a broken picture: wait for a key frame
            return []

    def restart(self) -> None:
        """Forget the pictures so far: the next packet fed is a key frame."""
        self._synced = False
        if self._chip is not None:
            self._chip.flush_buffers()
        if self._context.is_open:
            self._context.flush_buffers()

    def _open_chip(self) -> None:
        """The size is known once a picture was decoded; until then, and for small ones, software does it."""
        context = self._context
        if self._chip or self._hardware is None or context.width * context.height < HARDWARE_FROM_PX:
            return
        try:
            self._chip = self._hardware(context.name, bytes(context.extradata or b""), context.width, context.height)
        except HardwareFailedError as error:
            self._give_up(error)

    def _without_chip(self, packet: av.Packet, error: HardwareFailedError) -> list[av.VideoFrame]:
        self._give_up(error)
        self.restart()
        return self.feed(packet)  # a key frame goes on at once; any other waits for the next one

    def _give_up(self, error: HardwareFailedError) -> None:
        log.warning("hardware decoder failed, software takes over: %s", error)
        self._hardware = self._chip = None
