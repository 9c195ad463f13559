"""Ogg Opus files: mono, 28 kbit/s, the same bytes for the same sound."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np

from edge.core.errors import FinalError, TransientError
from edge.workers.opus import samples_of
from edge.workers.speech.wave import RATE_HZ, Wave

BIT_RATE = 28_000
"""35 kB for ten seconds: a 256 kbit/s link carries it in little more than one."""
_FRAME = RATE_HZ // 50
_FRAMES_AT_ONCE = 500
_FULL_SCALE = np.float32(32_768)


def write_opus(path: Path, waves: Iterable[Wave]) -> float:
    """Encode what ``waves`` gives to ``path`` and have it on the disk; its length in seconds.

    Raises TransientError when that fails.
    """
    samples = 0
    try:
        with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as file:
            stream = file.add_stream("libopus", rate=RATE_HZ, layout="mono", options={"application": "audio"})
            stream.bit_rate = BIT_RATE
            for frame in _frames(waves):
                file.mux(stream.encode(_packed(frame, samples)))
                samples += frame.size
            file.mux(stream.encode(None))
        with path.open("rb+") as written:
            os.fsync(written.fileno())
    except (OSError, av.FFmpegError) as cause:
        raise TransientError(f"Không ghi được đoạn tiếng {path.name}: {cause}.") from cause
    return samples / RATE_HZ


def read_opus(path: Path) -> Iterator[Wave]:
    """Decode a whole file as a horn does, some seconds at a time; raises FinalError if it is no clip or ends early."""
    parts: list[Wave] = []
    try:
        for samples in samples_of(str(path)):
            parts.append(samples.astype(np.float32) / _FULL_SCALE)
            if len(parts) == _FRAMES_AT_ONCE:
                yield np.concatenate(parts)
                parts = []
    except (OSError, av.FFmpegError) as cause:
        raise FinalError(f"Đoạn tiếng vừa ghi không đọc lại được: {cause}.") from cause
    if parts:
        yield np.concatenate(parts)


def _frames(waves: Iterable[Wave]) -> Iterator[Wave]:
    """Pieces of any length as frames of 20 ms, the last one shorter."""
    rest = np.empty(0, np.float32)
    for wave in waves:
        joined = np.concatenate([rest, wave]) if rest.size else wave
        whole = joined.size // _FRAME * _FRAME
        for begin in range(0, whole, _FRAME):
            yield joined[begin : begin + _FRAME]
        rest = joined[whole:]
    if rest.size:
        yield rest


def _packed(samples: Wave, at: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None, :]), format="flt", layout="mono")
    frame.sample_rate = RATE_HZ
    frame.pts = at
    return frame
