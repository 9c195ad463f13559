"""A tone as the product's own speech process would store it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from edge.workers.speech.opus_file import write_opus
from edge.workers.speech.wave import RATE_HZ

Tones = Callable[[float], bytes]
"""A tone of so many seconds as the bytes of a file."""
PITCH_HZ = 440.0
LOUDNESS = 0.125
"""-21 dB RMS."""


def write_tone(path: Path, seconds: float) -> Path:
    """An Ogg Opus file of so many seconds."""
    turns = np.arange(round(seconds * RATE_HZ)) * (PITCH_HZ / RATE_HZ)
    write_opus(path, [(LOUDNESS * np.sin(2 * np.pi * turns)).astype(np.float32)])
    return path
