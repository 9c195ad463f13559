"""How loud the samples were that really went to the sound card."""

import math

import numpy as np
from numpy.typing import NDArray

FULL_SCALE = 32_768.0
SILENCE_DB = -120.0
"""What digital silence is called: JSON has no minus infinity."""


class Meter:
    """Adds up blocks of s16 samples; levels are dBFS."""

    def __init__(self) -> None:
        self.samples = 0
        self._power = 0.0
        self._peak = 0

    def add(self, block: NDArray[np.int16]) -> None:
        """Count one block in."""
        wide = block.astype(np.int32)
        self.samples += len(wide)
        self._power += float(np.dot(wide.astype(np.float64), wide))
        self._peak = max(self._peak, int(np.abs(wide).max(initial=0)))

    @property
    def rms_db(self) -> float:
        """Root mean square of everything so far."""
        return _to_db(math.sqrt(self._power / self.samples)) if self.samples else SILENCE_DB

    @property
    def peak_db(self) -> float:
        """The loudest sample so far."""
        return _to_db(self._peak)


def _to_db(amplitude: float) -> float:
    if amplitude <= 0:
        return SILENCE_DB
    return round(max(20 * math.log10(amplitude / FULL_SCALE), SILENCE_DB), 1)
