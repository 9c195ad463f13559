"""The WAV that `espeak-ng --stdout` writes. Pure: bytes to samples.

It is written to a pipe, so its two length fields hold a made-up figure: the data chunk goes on to the end.
"""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

from models.base import Sound

_MONO_PCM_16: Final = (1, 1, 16)


def samples_of(wav: bytes) -> tuple[Sound, int]:
    """Mono int16 samples and their rate in Hz. Raises ValueError for anything but a 16 bit mono PCM WAV."""
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE":
        raise ValueError("không phải WAV")
    rate_hz = 0
    at = 12
    while at + 8 <= len(wav):
        name, length = wav[at : at + 4], int(struct.unpack_from("<I", wav, at + 4)[0])
        if name == b"fmt ":
            rate_hz = _rate(wav[at + 8 : at + 24])
        if name == b"data" and rate_hz:
            return _samples(wav[at + 8 : at + 8 + length]), rate_hz
        at += 8 + length + length % 2
    raise ValueError("WAV không có tiếng")


def _rate(header: bytes) -> int:
    coding, channels, rate_hz, _, _, bits = struct.unpack("<HHIIHH", header.ljust(16, b"\0"))
    if (coding, channels, bits) != _MONO_PCM_16 or not rate_hz:
        raise ValueError(f"WAV kiểu {coding}, {channels} kênh, {bits} bit; cần PCM một kênh 16 bit")
    return int(rate_hz)


def _samples(data: bytes) -> Sound:
    return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16)
