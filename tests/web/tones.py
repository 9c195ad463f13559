"""Sounds for pages to play."""

import io
import math
from array import array

import av


def opus_tone(seconds: float) -> bytes:
    """A real Ogg Opus file."""
    rate, file = 48_000, io.BytesIO()
    samples = array("h", (round(6000 * math.sin(at * 0.06)) for at in range(int(rate * seconds))))
    with av.open(file, "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=rate)
        stream.layout = "mono"
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
        frame.sample_rate = rate
        frame.planes[0].update(samples.tobytes())
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()
