"""Opus to sound, by the codec's reference decoder.

FFmpeg's own decoder, which it takes unless told otherwise, gives 4 ms of some clips back 15 dB too loud (measured: a
crest of +12.2 dBFS where libopus gives -2.6; docs/design/sound.md). A horn would crack, and a good clip be refused.
"""

from collections.abc import Iterator

import av
import numpy as np
from numpy.typing import NDArray

from edge.core.errors import FinalError

RATE_HZ = 48_000
Samples = NDArray[np.int16]


def decoder(head: bytes | None = None) -> av.AudioCodecContext:
    """A decoder to 48 kHz mono s16; ``head`` is the "OpusHead" of a file, which says how much of its start to skip."""
    context = av.CodecContext.create("libopus", "r")
    context.format = "s16"
    context.layout = "mono"
    context.sample_rate = RATE_HZ
    if head is not None:
        context.extradata = head
    return context


def samples_of(path: str) -> Iterator[Samples]:
    """The sound of a mono Ogg Opus file, about 20 ms at a time.

    Raises FinalError when it is not one, av.FFmpegError or OSError when it ends early or cannot be read.
    """
    with av.open(path, format="ogg") as file:
        if [(one.type, one.codec_context.name) for one in file.streams] not in _KINDS:
            raise FinalError("Đoạn tiếng không phải Opus.")
        stream = file.streams.audio[0]
        if stream.codec_context.channels != 1:
            raise FinalError(f"Đoạn tiếng có {stream.codec_context.channels} kênh, phải là 1.")
        context = decoder(stream.codec_context.extradata)
        for packet in file.demux(stream):
            for frame in context.decode(packet):
                yield frame.to_ndarray()[0]


_KINDS = ([("audio", "opus")], [("audio", "libopus")])
