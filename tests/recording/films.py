"""Recordings as a shard writes them: fragmented MP4, one fragment a GOP, made with x264 from drawn pictures."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

FPS = 10
GOP = 10
WIDTH, HEIGHT = 160, 96
FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
CODERS = {"h264": "libx264", "hevc": "libx265"}


def picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> "np.typing.NDArray[np.uint8]":
    """A grey picture with a bright square that wanders."""
    bgr = np.full((height, width, 3), 90, np.uint8)
    left = number * 3 % (width - 20)
    bgr[20:40, left : left + 20] = (30, 200, 240)
    return bgr


def write_segment(path: Path, seconds: float, *, codec: str = "h264", width: int = WIDTH, height: int = HEIGHT) -> int:
    """A segment of so many seconds; its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format="mp4", options=FRAGMENTED) as target:
        quiet = {"x265-params": "log-level=none:keyint=10"} if codec == "hevc" else {}
        stream = target.add_stream(CODERS[codec], rate=FPS, options={"g": str(GOP), "preset": "ultrafast", **quiet})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, FPS)
        for number in range(round(seconds * FPS)):
            frame = av.VideoFrame.from_ndarray(picture(number, width, height), format="bgr24")
            frame.pts = number
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path.stat().st_size


def frames_in(path: Path) -> list["av.VideoFrame"]:
    """Every picture that a player would show."""
    with av.open(str(path)) as source:
        return list(source.decode(video=0))
