"""Ogg Opus files: mono, 28 kbit/s, the same bytes for the same sound."""

import os
from pathlib import Path

import av
import numpy as np

from edge.core.errors import FinalError, TransientError
from edge.workers.speech.wave import RATE_HZ, Wave

BIT_RATE = 28_000
"""35 kB for ten seconds: a 256 kbit/s link carries it in little more than one."""
_FRAME = RATE_HZ // 50


def write_opus(path: Path, wave: Wave) -> None:
    """Encode ``wave`` to ``path`` and have it on the disk; raises TransientError when that fails."""
    try:
        with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as file:
            stream = file.add_stream("libopus", rate=RATE_HZ, layout="mono", options={"application": "audio"})
            stream.bit_rate = BIT_RATE
            for number, begin in enumerate(range(0, wave.size, _FRAME)):
                file.mux(stream.encode(_frame(wave[begin : begin + _FRAME], number)))
            file.mux(stream.encode(None))
        with path.open("rb+") as written:
            os.fsync(written.fileno())
    except (OSError, av.FFmpegError) as cause:
        raise TransientError(f"Không ghi được đoạn tiếng {path.name}: {cause}.") from cause


def read_opus(path: Path) -> Wave:
    """Decode a whole file; raises FinalError if it cannot be read to its end."""
    try:
        with av.open(str(path)) as file:
            parts = [frame.to_ndarray().reshape(-1) for frame in file.decode(audio=0)]
    except (OSError, av.FFmpegError) as cause:
        raise FinalError(f"Đoạn tiếng vừa ghi không đọc lại được: {cause}.") from cause
    return np.concatenate(parts).astype(np.float32) if parts else np.empty(0, np.float32)


def _frame(samples: Wave, number: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
    frame.sample_rate = RATE_HZ
    frame.pts = number * _FRAME
    return frame
