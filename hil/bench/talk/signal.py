"""What is said into the fake microphone: a murmur that never pauses, and a beep every two seconds."""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
LOOP_S = 10
BEEP_EVERY_S, BEEP_S, BEEP_HZ = 2.0, 0.12, 2_000.0
MURMUR_HZ = (310.0, 470.0, 690.0)
MURMUR_DB, BEEP_DB = -30.0, -12.0
BLOCK = RATE_HZ // 200
"""5 ms: how finely a beep is found."""
BEEP_SHARE = 0.25
"""A block with more than this share of its power at BEEP_HZ, and loud enough, is a beep."""
AUDIBLE = 0.003
"""-50 dBFS: the murmur is far above it, a hole far below."""
Samples = NDArray[np.float64]


def write_voice(path: Path) -> None:
    """A WAV file that can be repeated without a seam."""
    at = np.arange(LOOP_S * RATE_HZ) / RATE_HZ
    murmur = sum(np.sin(2 * np.pi * pitch * at) * (0.7 + 0.3 * np.sin(2 * np.pi * (n + 1) * at / 2))
                 for n, pitch in enumerate(MURMUR_HZ))  # fmt: skip
    sound = 10 ** (MURMUR_DB / 20) * murmur
    beeping = at % BEEP_EVERY_S < BEEP_S
    sound = np.where(beeping, sound + 10 ** (BEEP_DB / 20) * np.sin(2 * np.pi * BEEP_HZ * at), sound)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((sound * 32_767).astype("<i2").tobytes())


def beeps(sound: Samples) -> Iterator[int]:
    """Samples at which a beep begins."""
    before = False
    blocks = sound[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK)
    phase = np.exp(-2j * np.pi * BEEP_HZ * np.arange(BLOCK) / RATE_HZ)
    power = np.mean(blocks**2, axis=1)
    tone = 2 * np.abs(blocks @ phase / BLOCK) ** 2
    for number, now in enumerate((tone > BEEP_SHARE * power) & (power > AUDIBLE**2)):
        if now and not before:
            yield number * BLOCK
        before = bool(now)


def longest_silence_ms(sound: Samples) -> float:
    """The longest run of 5 ms blocks in which nothing can be heard."""
    blocks = sound[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK)
    silent = np.sqrt(np.mean(blocks**2, axis=1)) < AUDIBLE
    longest = run = 0
    for one in silent:
        run = run + 1 if one else 0
        longest = max(longest, run)
    return longest * BLOCK * 1000 / RATE_HZ
