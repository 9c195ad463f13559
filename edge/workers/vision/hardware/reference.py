"""The film by which a decoder is judged: made here, the same on every machine, with everything that cameras use."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FPS = 640, 368, 15
PICTURES = 60
GOP = 15
_ENCODERS = {
    "h264": ("libx264", {"preset": "fast", "tune": "zerolatency", "profile": "main", "x264-params": "scenecut=0"}),
    "hevc": ("libx265", {"preset": "ultrafast", "tune": "zerolatency", "x265-params": "log-level=none:scenecut=0"}),
}


class Film(NamedTuple):
    """Packets in order, and the headers that a demuxer would tell."""

    codec: str
    extradata: bytes
    packets: tuple[av.Packet, ...]


@cache
def reference(codec: str) -> Film:
    """The reference film in this codec (h264 or hevc)."""
    encoder, options = _ENCODERS[codec]
    context = av.CodecContext.create(encoder, "w")
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    context.time_base, context.framerate, context.gop_size = Fraction(1, FPS), Fraction(FPS), GOP
    context.options = options
    context.thread_count = 1
    packets: list[av.Packet] = []
    for number, picture in enumerate(_pictures()):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, context.time_base
        packets += context.encode(frame)
    packets += context.encode(None)
    return Film(codec, bytes(context.extradata or b""), tuple(packets))


def _pictures() -> Iterator[NDArray[np.uint8]]:
    """A gradient that drifts, noise that lives, and a square that crosses: flat, busy and moving parts."""
    seed = np.random.default_rng(20261122)
    columns, rows = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    for number in range(PICTURES):
        picture = np.stack([(columns + 2 * number) % 256, (rows * 2) % 256, (columns + rows) % 256], axis=-1)
        picture[:120, :200] = seed.integers(0, 256, (120, 200, 3))
        left = (number * 9) % (WIDTH - 60)
        picture[200:260, left : left + 60] = (240, 230, 30)
        yield picture.astype(np.uint8)
