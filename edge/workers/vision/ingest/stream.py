"""One RTSP connection: open it within a deadline, read its compressed video, close it."""

import logging
from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

import av

from edge.workers.vision import words
from edge.workers.vision.ingest.plain.stream import First, PlainStream
from edge.workers.vision.ingest.plain.wire import NotUnderstoodError
from edge.workers.vision.ingest.trouble import CameraTroubleError, explain, garbled, offline, stalled

log = logging.getLogger(__name__)

OPEN_S = 8.0
READ_S = 5.0
CODECS = ("h264", "hevc")
MOST_PIXELS = 4096 * 4096
"""More than any camera makes; a picture of that size fills some 70 MB, a false header asks for gigabytes."""

GATHERED_BYTES = 64_000
"""Half of what Linux gives a TCP connection at first (tcp_rmem, 128 kB); FFmpeg lets nobody ask for more."""

_OPTIONS = {
    "allowed_media_types": "video",  # sound is not even asked for: cameras here have no ears (law on personal data)
    "timeout": str(int(READ_S * 1_000_000)),  # microseconds, every socket read and write inside FFmpeg
    # The camera's own description names the codec; looking further costs 0.7 s and, unbuffered, the first key frame.
    "probesize": "4096",
    "fpsprobesize": "0",
}
_TRANSPORTS = {
    "tcp": {"rtsp_transport": "tcp", "max_delay": "0", "reorder_queue_size": "0"},  # TCP keeps the order
    # What comes during a rest waits in the kernel; packets that overtook others wait 0.2 s.
    "udp": {
        "rtsp_transport": "udp",
        "buffer_size": "1000000",
        "reorder_queue_size": "64",
        "max_delay": "200000",
    },
}


class Video(Protocol):
    """What a stream carries."""

    @property
    def codec_context(self) -> av.VideoCodecContext:
        """Its decoder, set up and not yet opened; ``extradata`` is its parameter sets in Annex B."""

    @property
    def time_base(self) -> Fraction:
        """Seconds of one tick of its packets' times."""


class Stream(Protocol):
    """An open connection. One thread uses it; every call has a deadline."""

    held_back: bool
    """Whether a picture is given out only when the next one begins."""
    gathers_bytes: int
    """How much may wait in the kernel while nobody reads."""
    first: First | None
    """When its first picture came, where that is known; it may be read later."""

    @property
    def video(self) -> Video:
        """Its video."""

    def packets(self) -> Iterator[av.Packet]:
        """Compressed pictures as they come; raises CameraTroubleError when no more will."""

    def close(self) -> None:
        """Say goodbye and free the socket."""


class Opener:
    """Opens one address again and again: by the plain reader while it can, else by FFmpeg's. One thread uses it."""

    def __init__(self, url: str, transport: str) -> None:
        self._url = url
        self._transport = transport
        self._plain = transport == "tcp" and url.startswith("rtsp://")

    def open(self) -> Stream:
        """Connect; raises CameraTroubleError."""
        if self._plain:
            try:
                return _ready(PlainStream(self._url, OPEN_S, READ_S, self._no_longer_plain))
            except NotUnderstoodError:
                stream = RtspStream(self._url, self._transport)
                self._no_longer_plain()  # FFmpeg knows better; where it fails too, the camera may only be starting
                return stream
        return RtspStream(self._url, self._transport)

    def _no_longer_plain(self) -> None:
        log.info("a stream that is not plain is read by FFmpeg from now on")
        self._plain = False


def _ready(stream: PlainStream) -> PlainStream:
    _set_up(stream.video.codec_context)
    return stream


class RtspStream:
    """A connection of FFmpeg's. One thread uses it; every call has a deadline of OPEN_S or READ_S.

    A packet that trickles in byte by byte has the same deadline: it counts from the call to the whole packet.
    """

    held_back = True
    gathers_bytes = GATHERED_BYTES
    first: First | None = None

    def __init__(self, url: str, transport: str) -> None:
        """Connect; raises CameraTroubleError."""
        self._url = url
        try:
            self._container = av.open(url, options=_OPTIONS | _TRANSPORTS[transport], timeout=(OPEN_S, READ_S))
        except av.error.FFmpegError as error:
            raise explain(error, url) from None  # its text holds the URL
        try:
            self.video = _only_video(self._container)
        except CameraTroubleError:
            self.close()
            raise

    def packets(self) -> Iterator[av.Packet]:
        """Compressed pictures as they come; raises CameraTroubleError when no more will."""
        try:
            for packet in self._container.demux(self.video):
                if packet.size:
                    yield packet
        except (av.error.ExitError, av.error.TimeoutError):
            raise stalled() from None
        except av.error.FFmpegError as error:
            raise explain(error, self._url) from None
        raise offline(words.CAMERA_CLOSED)

    def close(self) -> None:
        """Say goodbye to the camera and free the socket."""
        self._container.close()


def _only_video(container: av.container.InputContainer) -> av.VideoStream:
    if not container.streams.video:
        raise garbled(words.CAMERA_NO_VIDEO)
    video = container.streams.video[0]
    context = video.codec_context
    codec = "lạ" if context is None else str(context.name)
    if codec not in CODECS:
        raise garbled(words.CAMERA_CODEC.format(codec=codec))
    _set_up(context)
    return video


def _set_up(context: av.VideoCodecContext) -> None:
    context.options = {"max_pixels": str(MOST_PIXELS)}
    context.thread_count = 1  # a thread per camera is enough, and frame threads hold pictures back
    context.flags |= av.codec.context.Flags.low_delay
