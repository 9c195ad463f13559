"""Sound inside this process: mono float32 at 48 kHz, full scale 1.0; and how loud it is."""

import av
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
"""What Opus works at: resampled once, here."""
SILENCE_DB = -120.0
BLOCK_S = 0.02
_AUDIBLE_BELOW_PEAK_DB = 40.0
_EDGE_S = 0.04
Wave = NDArray[np.float32]


def from_pcm(pcm: NDArray[np.int16], rate_hz: int) -> Wave:
    """A voice's own int16 sound at ``rate_hz``, resampled."""
    frame = av.AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
    frame.sample_rate = rate_hz
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    made = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in made]).astype(np.float32)


def silence(length_s: float) -> Wave:
    """Nothing, for so long."""
    return np.zeros(round(length_s * RATE_HZ), np.float32)


def seconds(wave: Wave) -> float:
    """How long it sounds."""
    return wave.size / RATE_HZ


def decibels(level: float) -> float:
    """dBFS of a level where 1.0 is full scale."""
    return max(SILENCE_DB, 20 * float(np.log10(max(level, 1e-9))))


def peak_db(wave: Wave) -> float:
    """The largest sample, dBFS."""
    return decibels(float(np.abs(wave).max(initial=0)))


def rms_db(wave: Wave) -> float:
    """Root mean square of the whole, dBFS (a full-scale sine has -3)."""
    return decibels(float(np.sqrt(np.mean(wave.astype(np.float64) ** 2)))) if wave.size else SILENCE_DB


def audible(wave: Wave) -> NDArray[np.bool_]:
    """For each 20 ms whether something sounds: within 40 dB of the loudest 20 ms."""
    return audible_levels(block_levels(wave, BLOCK_S))


def audible_levels(levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The same for the levels of blocks."""
    return levels > max(float(levels.max(initial=0)) * 10 ** (-_AUDIBLE_BELOW_PEAK_DB / 20), 1e-4)


def block_levels(wave: Wave, block_s: float) -> NDArray[np.float64]:
    """RMS of each block of ``block_s``, the last one filled up with silence."""
    size = round(block_s * RATE_HZ)
    whole = np.pad(wave, (0, -wave.size % size)).reshape(-1, size).astype(np.float64)
    levels: NDArray[np.float64] = np.sqrt(np.mean(whole**2, axis=1))
    return levels


def trimmed(wave: Wave) -> Wave:
    """Without the silence at both ends but for 40 ms, which are faded so that nothing clicks."""
    sounding = np.flatnonzero(audible(wave))
    if not sounding.size:
        return wave[:0]
    edge, block = round(_EDGE_S * RATE_HZ), round(BLOCK_S * RATE_HZ)
    cut = wave[max(0, sounding[0] * block - edge) : (sounding[-1] + 1) * block + edge].copy()
    ramp = np.linspace(0, 1, min(edge // 4, cut.size), dtype=np.float32)
    cut[: ramp.size] *= ramp
    cut[cut.size - ramp.size :] *= ramp[::-1]
    return cut
