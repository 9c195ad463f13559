"""The two bell notes before an announcement: people turn their heads, and the first word is not lost."""

from functools import cache

import numpy as np

from edge.workers.speech.wave import RATE_HZ, Wave, silence

_NOTES_HZ = (659.26, 523.25)  # E5 and C5, a falling third, well inside what a horn carries
_SECOND_NOTE_S = 0.42
_LENGTH_S = 1.2
_PAUSE_S = 0.25
_PARTIALS = ((1.0, 1.0, 0.42), (2.0, 0.45, 0.28), (3.0, 0.22, 0.16), (4.16, 0.10, 0.09))
"""Of a bell: multiple of the note, amplitude, time to fall to 1/e. The upper ones die first."""
_ATTACK_S = 0.006
_RELEASE_S = 0.08
_PEAK = 0.45


@cache
def chime() -> Wave:
    """1.2 s of bell with a peak of -7 dBFS, and a quarter of a second of silence: something will be said."""
    return np.concatenate([_bell(_NOTES_HZ), silence(_PAUSE_S)])


@cache
def closing_chime() -> Wave:
    """A quarter of a second of silence, and the same two notes the other way round: that was all."""
    return np.concatenate([silence(_PAUSE_S), _bell(_NOTES_HZ[::-1])])


def _bell(notes_hz: tuple[float, ...]) -> Wave:
    bell = np.zeros(round(_LENGTH_S * RATE_HZ))
    for note_hz, begin_s in zip(notes_hz, (0.0, _SECOND_NOTE_S), strict=True):
        begin = round(begin_s * RATE_HZ)
        bell[begin:] += _struck(note_hz, bell.size - begin)
    release = round(_RELEASE_S * RATE_HZ)
    bell[-release:] *= np.linspace(1, 0, release) ** 2
    bell *= _PEAK / np.abs(bell).max()
    rung: Wave = bell.astype(np.float32)
    return rung


def _struck(note_hz: float, samples: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    at_s = np.arange(samples) / RATE_HZ
    tone = np.zeros(samples)
    for multiple, amplitude, decay_s in _PARTIALS:
        tone += amplitude * np.exp(-at_s / decay_s) * np.sin(2 * np.pi * note_hz * multiple * at_s)
    return tone * np.minimum(1.0, at_s / _ATTACK_S)
