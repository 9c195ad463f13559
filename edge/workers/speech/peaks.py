"""Peaks as a sound card plays them, and peaks that were cut off before we got them."""

import numpy as np

from edge.workers.speech.wave import RATE_HZ, Wave, decibels, seconds

_TIMES = 4
"""Four samples in the place of one show every peak between them to within 0.6 dB (ITU-R BS.1770-4, annex 2)."""
_REACH = 12
_WORTH_DB = 4.0
"""No peak between samples lies so far above its neighbours in speech; only blocks near the highest are looked at."""
_BLOCK = 4800
_FULL = 0.97
_FLAT = 0.002
_RUN = 4
CLIPPED_PER_S = 3.0
"""A loud vowel touches full scale now and then; a microphone turned up too far does so at every syllable."""


def true_peak(wave: Wave) -> float:
    """The highest level between and at the samples, 1.0 is full scale."""
    highest = float(np.abs(wave).max(initial=0))
    floor = highest * 10 ** (-_WORTH_DB / 20)
    for begin in range(0, wave.size, _BLOCK):
        block = wave[max(0, begin - _REACH) : begin + _BLOCK + _REACH]
        if float(np.abs(block).max(initial=0)) > floor:
            highest = max(highest, _between(block))
    return highest


def true_peak_db(wave: Wave) -> float:
    """The same in dBTP."""
    return decibels(true_peak(wave))


def _between(block: Wave) -> float:
    at = np.arange(-_REACH, _REACH + 1)
    highest = 0.0
    for shift in np.arange(1, _TIMES) / _TIMES:
        kernel = np.sinc(at - shift) * np.cos(np.pi * (at - shift) / (2 * (_REACH + 1))) ** 2
        highest = max(highest, float(np.abs(np.convolve(block, kernel, "same")).max(initial=0)))
    return highest


def clipped_per_s(wave: Wave) -> float:
    """How often in a second the sound stands still at its own ceiling: the mark of clipping, at whatever level."""
    ceiling = float(np.abs(wave).max(initial=0))
    if not ceiling:
        return 0.0
    flat = (np.abs(wave[1:]) > _FULL * ceiling) & (np.abs(np.diff(wave)) < _FLAT * ceiling)
    # Two runs less than 1 ms apart are one.
    runs = np.flatnonzero(np.convolve(flat, np.ones(_RUN - 1), "valid") == _RUN - 1)
    count = int(np.sum(np.diff(runs, prepend=-RATE_HZ) > RATE_HZ // 1000))
    return count / max(seconds(wave), 0.1)
