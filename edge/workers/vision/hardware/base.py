"""What a decoder promises, whatever makes the pictures."""

from collections.abc import Sequence
from typing import Protocol

import av

from edge.core.errors import TransientError


class HardwareFailedError(TransientError):
    """This decoder cannot, or no longer: software takes over."""


class FrameDecoder(Protocol):
    """Decodes one stream. One thread uses it. FFmpeg's own codec context is one as well."""

    def decode(self, packet: av.Packet | None = None) -> Sequence[av.VideoFrame]:
        """The pictures that this packet completes, in order of showing; None empties the decoder.

        Raises HardwareFailedError (a codec context: av.error.FFmpegError).
        """

    def flush_buffers(self) -> None:
        """Forget everything but the stream's parameters: the next packet is a key frame."""


class Opener(Protocol):
    """Opens one kind of decoder."""

    def __call__(self, codec: str, extradata: bytes, width: int, height: int) -> FrameDecoder:
        """A decoder for this stream (codec: h264 or hevc). Raises HardwareFailedError where there is none."""
