"""The arrays that motion, detector and stills want, out of a decoded frame."""

import av
import numpy as np
from numpy.typing import NDArray

_LUMA_FIRST = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"})


def luma(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """Brightness, height x width uint8. Valid only while ``frame`` lives: it is the decoder's own memory."""
    source = frame if frame.format.name in _LUMA_FIRST else frame.reformat(format="gray")
    plane = source.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: source.height, : source.width]


def bgr(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """A colour copy, height x width x 3 uint8, blue first, that any thread may keep."""
    picture: NDArray[np.uint8] = frame.to_ndarray(format="bgr24")
    return picture
