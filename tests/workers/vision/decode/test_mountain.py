"""A camera that sends pictures of absurd size must not eat the memory of the box."""

import io
from pathlib import Path

import av
import pytest

from edge.workers.vision.decode.decoding import Decoder
from edge.workers.vision.decode.sight import NO_PICTURE_S
from edge.workers.vision.ingest.stream import _only_video
from edge.workers.vision.ingest.trouble import CameraTroubleError
from tests.workers.vision.decode.film import Post


def _clip(width: int, height: int) -> io.BytesIO:
    """Three black pictures of this size."""
    clip = io.BytesIO()
    with av.open(clip, "w", format="mpegts") as container:
        stream = container.add_stream("libx264", rate=5, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for _ in range(3):
            frame = av.VideoFrame(width, height, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    clip.seek(0)
    return clip


def _pictures(clip: io.BytesIO) -> int:
    with av.open(clip) as container:
        video = _only_video(container)
        decoder = Decoder(video.codec_context)
        return sum(1 for packet in container.demux(video) if packet.size for _ in decoder.feed(packet))


def test_a_picture_as_large_as_any_camera_makes_is_decoded() -> None:
    assert _pictures(_clip(3840, 2160)) > 0


def test_a_mountain_of_a_picture_is_not_decoded() -> None:
    assert _pictures(_clip(4608, 4608)) == 0


def test_a_camera_of_mountains_is_one_that_sends_rubbish(tmp_path: Path) -> None:
    post = Post(tmp_path)
    with av.open(_clip(4608, 4608)) as container:
        video = _only_video(container)
        post.sight.opened(video, 0.0)
        packet = next(packet for packet in container.demux(video) if packet.size)
        with pytest.raises(CameraTroubleError):
            post.sight.packet(packet, NO_PICTURE_S + 1)
