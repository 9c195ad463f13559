"""Peaks as a sound card plays them, and peaks that were cut off before we got them."""

import numpy as np

from edge.workers.speech.wave import Wave, decibels

_TIMES = 4
"""Four samples in the place of one show every peak between them to within 0.6 dB (ITU-R BS.1770-4, annex 2)."""
_REACH = 12
_WORTH_DB = 4.0
"""No peak between samples lies so far above its neighbours in speech; only blocks near the highest are looked at."""
_BLOCK = 4800
_NEAR_CEILING = 0.98
_FULL = 0.97
CLIPPED_SHARE = 0.004
"""Of a voice 0.05 % of all samples lie within 2 % of its highest, of one that was cut off 6 dB too late 0.7 % and more
(docs/design/sound.md)."""


class PeakMeter:
    """Hears a sound piece by piece; ``highest`` is the largest level at and between its samples, 1.0 is full scale."""

    def __init__(self) -> None:
        self.highest = 0.0
        self._held = np.zeros(2 * _REACH, np.float32)

    def feed(self, wave: Wave) -> None:
        """The next piece."""
        joined = np.concatenate([self._held, wave])
        self.highest = max(self.highest, float(np.abs(wave).max(initial=0)))
        floor = self.highest * 10 ** (-_WORTH_DB / 20)
        for begin in range(0, joined.size - 2 * _REACH, _BLOCK):
            block = joined[begin : begin + _BLOCK + 2 * _REACH]
            if float(np.abs(block).max()) > floor:
                self.highest = max(self.highest, _between(block))
        self._held = joined[joined.size - 2 * _REACH :]

    def end(self) -> None:
        """Silence follows."""
        self.feed(np.zeros(2 * _REACH, np.float32))


def true_peak_db(wave: Wave) -> float:
    """The highest level of a whole sound, dBTP."""
    meter = PeakMeter()
    meter.feed(wave)
    meter.end()
    return decibels(meter.highest)


def clipped_share(wave: Wave) -> float:
    """How much of a sound lies at its own ceiling: the mark of clipping, at whatever level it was brought to later.

    A codec lets cut crests swing above full scale: what lies around full scale counts too.
    """
    size = np.abs(wave)
    ceiling = min(float(size.max(initial=0)), _FULL)
    return float(np.mean(size > _NEAR_CEILING * ceiling)) if ceiling else 0.0


def _between(block: Wave) -> float:
    at = np.arange(-_REACH, _REACH + 1)
    highest = 0.0
    for shift in np.arange(1, _TIMES) / _TIMES:
        kernel = np.sinc(at - shift) * np.cos(np.pi * (at - shift) / (2 * (_REACH + 1))) ** 2
        highest = max(highest, float(np.abs(np.convolve(block, kernel, "valid")).max(initial=0)))
    return highest
