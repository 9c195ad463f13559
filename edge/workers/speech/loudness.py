"""Every clip equally loud, so that a horn's volume knob means the same for all of them."""

import numpy as np
from numpy.typing import NDArray

from edge.workers.speech.wave import RATE_HZ, Wave, block_levels

TARGET_DB = -16.0
"""RMS of the speech without its pauses: loud enough that a horn amplifier is used, 13 dB left for its peaks."""
CEILING_DB = -3.0
"""Opus gives back peaks up to about 1.5 dB above those it was given; decoded they must stay below -1 dBFS."""
_GATE_S = 0.05
_GATE_DB = -30.0
_ROUNDS = 3
_LIMIT_S = 0.001
_REACH = 20
"""Blocks of 1 ms over which the limiter turns down before a peak and up after it."""
MARGIN = round(0.05 * RATE_HZ)
"""The gain at one place depends on nothing farther away than 41 ms."""


def speech_level(wave: Wave) -> float:
    """RMS of the blocks that hold speech: those within 30 dB of the loudest. 0 for silence."""
    return gated_level(block_levels(wave, _GATE_S))


def gated_level(levels: NDArray[np.float64]) -> float:
    """The same for the levels of blocks."""
    speaking = levels[levels > levels.max(initial=0) * 10 ** (_GATE_DB / 20)]
    return float(np.sqrt(np.mean(speaking**2))) if speaking.size else 0.0


def levelled(wave: Wave, target_db: float = TARGET_DB, ceiling_db: float = CEILING_DB) -> Wave:
    """``wave`` at the target level; peaks above the ceiling are turned down softly. Silence stays silence."""
    target, gain = 10 ** (target_db / 20), 1.0
    made = wave
    for _ in range(_ROUNDS):  # the limiter takes a little loudness away: measure again and make up for it
        level = speech_level(made)
        if not level:
            return wave
        gain *= target / level
        made = limited(wave * np.float32(gain), 10 ** (ceiling_db / 20))
    return made


def limited(wave: Wave, ceiling: float) -> Wave:
    """No sample above ``ceiling``, without a kink: the gain moves over 20 ms, ahead of the peak that asks for it."""
    size = round(_LIMIT_S * RATE_HZ)
    peaks = np.abs(np.pad(wave, (0, -wave.size % size))).reshape(-1, size).max(axis=1)
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    lowest = _windows(wanted, _REACH).min(axis=1)
    smooth = _windows(lowest, _REACH - 1).mean(axis=1)
    # Between two centres the gain is a mean of both, and each was averaged over minima that saw this block.
    centres = (np.arange(smooth.size) + 0.5) * size
    gain = np.interp(np.arange(wave.size), centres, smooth)
    quieter: Wave = (wave * gain).astype(np.float32)
    return quieter


def _windows(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    padded = np.pad(values, reach, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)


class Limiter:
    """``limited`` for a sound that comes piece by piece: what it gives back lags behind by ``MARGIN``."""

    def __init__(self, ceiling: float) -> None:
        self._ceiling = ceiling
        self._held = np.empty(0, np.float32)
        self._done = 0

    def feed(self, wave: Wave) -> Wave:
        """What is certain by now. Pieces are cut at whole blocks, so that the gain is that of the whole sound."""
        self._held = np.concatenate([self._held, wave])
        size = round(_LIMIT_S * RATE_HZ)
        until = (self._held.size - MARGIN) // size * size
        if until <= self._done:
            return np.empty(0, np.float32)
        made = limited(self._held, self._ceiling)[self._done : until]
        begin = max(0, until - MARGIN)
        self._held, self._done = self._held[begin:], until - begin
        return made

    def flush(self) -> Wave:
        """The rest."""
        made = limited(self._held, self._ceiling)[self._done :]
        self._held, self._done = np.empty(0, np.float32), 0
        return made
