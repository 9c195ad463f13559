"""Leaves out what a horn cannot radiate: deep tones only push its diaphragm, and take headroom from the words."""

import numpy as np
from numpy.typing import NDArray

from edge.workers.speech.wave import RATE_HZ, Wave

TAPS = 1025
"""A Hamming window of this length falls by 50 dB within 155 Hz: steep enough for a lower end of 250 Hz."""
_DELAY = TAPS // 2
_FFT = 8192
_HIGHEST_HZ = RATE_HZ / 2 - 500
"""Above it there is nothing to leave out."""


class BandFilter:
    """A linear-phase filter fed piece by piece: what comes out lies where it lay, and is as long."""

    def __init__(self, low_hz: float, high_hz: float) -> None:
        kernel = _band_pass(low_hz, min(high_hz, _HIGHEST_HZ))
        self._spectrum = np.fft.rfft(kernel, _FFT)
        self._before = np.zeros(TAPS - 1, np.float32)
        self._skip = _DELAY

    def feed(self, wave: Wave) -> Wave:
        """What is certain by now; ``flush`` gives the rest."""
        made = self._filtered(wave)
        skipped = min(self._skip, made.size)
        self._skip -= skipped
        return made[skipped:]

    def flush(self) -> Wave:
        """The last samples."""
        return self.feed(np.zeros(_DELAY, np.float32))

    def _filtered(self, wave: Wave) -> Wave:
        joined = np.concatenate([self._before, wave])
        self._before = joined[joined.size - (TAPS - 1) :]
        step = _FFT - (TAPS - 1)
        made = np.empty(wave.size, np.float32)
        for begin in range(0, wave.size, step):
            piece = joined[begin : begin + _FFT]
            whole = np.fft.irfft(np.fft.rfft(piece, _FFT) * self._spectrum, _FFT)
            made[begin : begin + step] = whole[TAPS - 1 : piece.size]
        return made


def limited_to_band(wave: Wave, low_hz: float, high_hz: float) -> Wave:
    """A whole sound at once."""
    band = BandFilter(low_hz, high_hz)
    return np.concatenate([band.feed(wave), band.flush()])


def _band_pass(low_hz: float, high_hz: float) -> NDArray[np.float64]:
    return _low_pass(high_hz) - (_low_pass(low_hz) if low_hz else 0.0)


def _low_pass(edge_hz: float) -> NDArray[np.float64]:
    at = np.arange(TAPS) - _DELAY
    kernel = np.sinc(2 * edge_hz / RATE_HZ * at) * np.hamming(TAPS)
    normal: NDArray[np.float64] = kernel / kernel.sum()
    return normal
