"""From compressed packets to pictures: one key frame alone, or one packet after the other."""

from dataclasses import dataclass

import av


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One decoded picture; ``steady`` is when its packet arrived, ``key`` whether it is a key frame."""

    frame: av.VideoFrame
    steady: float
    key: bool


class Decoder:
    """Decodes one connection's packets. One thread uses it.

    ``alone`` and ``feed`` may alternate: whoever feeds after ``alone`` begins again at a key frame.
    """

    def __init__(self, context: av.VideoCodecContext) -> None:
        self._context = context
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
        self._synced = self._synced or packet.is_keyframe
        if not self._synced:
            return []
        try:
            return [frame for frame in self._context.decode(packet) if not frame.is_corrupt]
        except av.error.FFmpegError:
            self._synced = False  # what follows refers to a broken picture: wait for a key frame
            return []

    def restart(self) -> None:
        """Forget the pictures so far: the next packet fed is a key frame."""
        self._synced = False
        if self._context.is_open:
            self._context.flush_buffers()
