"""A picture of a sound: time to the right, 0 to 8 kHz upwards, loudness as colour."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

TOP_HZ = 8_000
WINDOW_S, STEPS_A_SECOND = 0.032, 100
LOUDEST_DB, QUIETEST_DB = -10.0, -90.0
HEIGHT_PX, MOST_WIDTH_PX = 160, 900
Samples = NDArray[np.float64]


def draw(samples: Samples, rate_hz: int, path: Path) -> None:
    """Write a PNG of mono samples in -1..1; nothing is drawn of less than a window."""
    levels = levels_db(samples, rate_hz)
    shares = np.clip((levels - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB), 0.0, 1.0)
    grey = (shares.T[::-1] * 255).astype(np.uint8)
    width = min(MOST_WIDTH_PX, max(240, grey.shape[1]))
    coloured = cv2.applyColorMap(cv2.resize(grey, (width, HEIGHT_PX), interpolation=cv2.INTER_AREA), cv2.COLORMAP_MAGMA)
    cv2.imwrite(str(path), coloured)


def levels_db(samples: Samples, rate_hz: int) -> Samples:
    """Moments x frequencies up to TOP_HZ, in dB below full scale of a sine."""
    size = round(WINDOW_S * rate_hz)
    padded = samples if samples.size >= size else np.pad(samples, (0, size - samples.size))
    starts = np.arange(0, padded.size - size + 1, max(1, rate_hz // STEPS_A_SECOND))
    window = np.hanning(size)
    frames = np.stack([padded[start : start + size] * window for start in starts])
    power = np.abs(np.fft.rfft(frames, axis=1)) / (window.sum() / 2)
    kept = power[:, : max(2, round(TOP_HZ * size / rate_hz))]
    levels: Samples = 20 * np.log10(np.maximum(kept, 1e-9))
    return levels


def rms_db(samples: Samples) -> float:
    """Of the whole, in dB below full scale; -120 for silence."""
    return round(float(20 * np.log10(max(float(np.sqrt(np.mean(samples**2))) if samples.size else 0.0, 1e-6))), 1)
