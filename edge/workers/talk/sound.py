"""Sound of a talk: mono int16 at 48 kHz in blocks of 20 ms, made equally loud for the horns."""

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
BLOCK = RATE_HZ // 50
"""Samples of 20 ms."""
Block = NDArray[np.int16]

TARGET_DB = -18.0
"""RMS of speech: two dB below that of clips, for a talk has no second pass that tames its peaks."""
CEILING = 0.7
"""-3 dBFS: Opus gives back peaks a little above those it was given."""
GATE_DB = -50.0
"""Below this it is the room: it is not made louder."""
MOST_GAIN_DB, LEAST_GAIN_DB = 24.0, -18.0
UP_DB, DOWN_DB = 0.12, 1.0
"""A block: 6 dB a second up, so that a pause does not pump; 50 dB a second down, for who shouts."""
FALL = RATE_HZ // 1000
"""A peak is turned down within 1 ms."""
SILENCE_DB = -120.0
_FULL = 32_768.0


def silence() -> Block:
    """20 ms of nothing."""
    return np.zeros(BLOCK, np.int16)


class Level:
    """How loud the blocks since the last reading were."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._power, self._samples, self._peak = 0.0, 0, 0

    def add(self, block: Block) -> None:
        """Count one block in."""
        wide = block.astype(np.float64)
        self._power += float(np.dot(wide, wide))
        self._samples += len(block)
        self._peak = max(self._peak, int(np.abs(block.astype(np.int32)).max(initial=0)))

    def read(self) -> tuple[float, float]:
        """(RMS, peak) in dBFS; begins again."""
        rms = (self._power / self._samples) ** 0.5 if self._samples else 0.0
        found = decibels(rms / _FULL), decibels(self._peak / _FULL)
        self._begin()
        return found


class Loudness:
    """Brings a voice to TARGET_DB, slowly; no sample leaves above the ceiling."""

    def __init__(self) -> None:
        self._gain_db = 6.0
        self._applied = 10 ** (self._gain_db / 20)

    def level(self, block: Block) -> Block:
        """The block, louder or quieter."""
        wide = block.astype(np.float32) / _FULL
        self._follow(decibels(float(np.sqrt(np.mean(wide**2)))))
        peak = float(np.abs(wide).max(initial=0.0))
        wanted = min(10 ** (self._gain_db / 20), CEILING / max(peak, 1e-6))
        gains = _ramp(self._applied, wanted, len(wide))
        self._applied = wanted
        levelled: Block = (np.clip(wide * gains, -CEILING, CEILING) * _FULL).astype(np.int16)
        return levelled

    def _follow(self, level_db: float) -> None:
        if level_db < GATE_DB:
            return
        wanted = min(max(TARGET_DB - level_db, LEAST_GAIN_DB), MOST_GAIN_DB)
        self._gain_db += min(max(wanted - self._gain_db, -DOWN_DB), UP_DB)


def decibels(level: float) -> float:
    """dBFS of a level where 1.0 is full scale."""
    return max(SILENCE_DB, 20 * float(np.log10(max(level, 1e-9))))


def _ramp(begin: float, end: float, length: int) -> NDArray[np.float32]:
    """Down within 1 ms, up over the whole block: a step would click."""
    gains = np.full(length, end, np.float32)
    over = FALL if end < begin else length
    gains[:over] = np.linspace(begin, end, over, dtype=np.float32)
    return gains
