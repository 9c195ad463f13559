"""Tones by which a tape tells what sounded: each packet of a talk has another one than its neighbours."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from edge.core.talk import FRAMES
from hil.talker import BLOCK, LOUDNESS, RATE_HZ, opus_frames

GOOD_HZ = (400.0, 600.0, 800.0, 1_000.0)
BAD_HZ = 2_000.0
AUDIBLE = 0.02
ENOUGH_BLOCKS = 3
"""Of the five blocks of a packet: where one tone follows another a block holds both."""
opus_of = opus_frames


def talk_blocks(tones_hz: Sequence[float], silent: int = 0) -> Iterator[NDArray[np.int16]]:
    """Blocks of 20 ms for ever, another tone a packet, in turns, after so many packets of silence."""
    at = number = 0
    for _ in range(silent * FRAMES):
        yield np.zeros(BLOCK, np.int16)
    while True:
        hz = tones_hz[number // FRAMES % len(tones_hz)]
        turns = np.arange(at, at + BLOCK) * (hz / RATE_HZ)
        yield (LOUDNESS * 32_767 * np.sin(2 * np.pi * turns)).astype(np.int16)
        at, number = at + BLOCK, number + 1


def heard_hz(pcm: NDArray[np.int16]) -> list[float]:
    """The tone of each block of 20 ms; 0: silence, or none of ours."""
    blocks = pcm[: len(pcm) // BLOCK * BLOCK].reshape(-1, BLOCK) / 32_768
    return [_tone_of(block) for block in blocks]


def packets_heard(pcm: NDArray[np.int16], count: int) -> int:
    """How many of so many packets sounded, each with its tone, in their order."""
    found, at = 0, 0
    heard = heard_hz(pcm)
    for number in range(count):
        end = _end_of_run(heard, at, GOOD_HZ[number % len(GOOD_HZ)])
        if end:
            found, at = found + 1, end
    return found


def _end_of_run(heard: Sequence[float], at: int, hz: float) -> int:
    """Where a run of this tone ends that begins soon after ``at``; 0: there is none."""
    first = next((i for i in range(at, len(heard)) if heard[i] == hz), None)
    if first is None:
        return 0
    end = first
    while end < len(heard) and heard[end] == hz:
        end += 1
    return end if end - first >= ENOUGH_BLOCKS else 0


def _tone_of(block: NDArray[np.float64]) -> float:
    if np.sqrt(np.mean(block**2)) < AUDIBLE:
        return 0.0
    spectrum = np.abs(np.fft.rfft(block * np.hanning(BLOCK)))
    hz = float(np.argmax(spectrum)) * RATE_HZ / BLOCK
    return next((tone for tone in (*GOOD_HZ, BAD_HZ) if abs(tone - hz) <= 75), 0.0)
