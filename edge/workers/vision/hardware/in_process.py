"""Decoders of the FFmpeg that came with PyAV: V4L2 memory-to-memory, and those behind a device context."""

from collections.abc import Callable, Sequence

import av
from av.codec.hwaccel import HWAccel

from edge.workers.vision.hardware.base import FrameDecoder, HardwareFailedError, Opener


class InProcessDecoder:
    """A codec context whose every failure says that hardware failed."""

    def __init__(self, make: Callable[[], av.VideoCodecContext], extradata: bytes) -> None:
        try:
            self._context = make()
            self._context.extradata = extradata or None
            self._context.open()
        except (av.error.FFmpegError, ValueError, RuntimeError, NotImplementedError) as error:
            raise HardwareFailedError(str(error)) from error

    def decode(self, packet: av.Packet | None = None) -> Sequence[av.VideoFrame]:
        """See FrameDecoder."""
        try:
            return list(self._context.decode(packet))
        except (av.error.FFmpegError, RuntimeError) as error:
            raise HardwareFailedError(str(error)) from error

    def flush_buffers(self) -> None:
        """See FrameDecoder."""
        self._context.flush_buffers()


def open_v4l2m2m(codec: str, extradata: bytes, width: int, height: int) -> FrameDecoder:
    """The kernel's stateful decoders (Raspberry Pi 4 and older)."""

    def make() -> av.VideoCodecContext:
        context = av.CodecContext.create(f"{codec}_v4l2m2m", "r")
        context.width, context.height = width, height
        return context

    return InProcessDecoder(make, extradata)


def device_opener(device: str) -> Opener:
    """Decoders behind a device context (cuda, vaapi, qsv); never in silence by software instead."""

    def open_device(codec: str, extradata: bytes, width: int, height: int) -> FrameDecoder:
        def make() -> av.VideoCodecContext:
            accelerator = HWAccel(device_type=device, allow_software_fallback=False)
            context = av.CodecContext.create(codec, "r", hwaccel=accelerator)
            if (
                not context.is_hwaccel
            ):  # seen: a build without this device's decoders decodes by software and says nothing
                raise HardwareFailedError(f"this FFmpeg has no {device} for {codec}")
            context.width, context.height = width, height
            return context

        return InProcessDecoder(make, extradata)

    return open_device
