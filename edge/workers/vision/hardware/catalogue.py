"""The decoders that `[vision] hardware` may name."""

from collections.abc import Mapping

from edge.workers.vision.hardware.base import Opener
from edge.workers.vision.hardware.by_child import child_opener
from edge.workers.vision.hardware.in_process import device_opener, open_v4l2m2m

OPENERS: Mapping[str, Opener] = {
    "v4l2m2m": open_v4l2m2m,
    "cuda": device_opener("cuda"),
    "qsv": device_opener("qsv"),
    "vaapi": device_opener("vaapi"),
    "jetson": child_opener("-c:v", "{codec}_nvv4l2dec", codecs=("h264", "hevc")),
    "pi5-hevc": child_opener("-hwaccel", "drm", codecs=("hevc",)),
    "ffmpeg": child_opener("-c:v", "{codec}", codecs=("h264", "hevc")),
}
"""`ffmpeg` decodes in software in a child: no use but to prove the way through a child where no such chip is."""
