"""The judge of what a horn said knows one notice from another."""

import struct
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hil.prove.people.ears import audible_s, likeness, loud_s
from hil.sound_card import RATE_HZ

CHUNK = RATE_HZ // 10
Samples = NDArray[np.int16]


def spoken(seed: int, seconds: int = 6) -> Samples:
    """Noise as loud and soft as syllables are, its own way for each seed."""
    chance = np.random.default_rng(seed)
    loud = np.repeat(chance.choice([0.0, 0.1, 0.3], seconds * 8), RATE_HZ // 8)
    made: Samples = (loud * chance.standard_normal(len(loud)) * 8000).clip(-32767, 32767).astype(np.int16)
    return made


def clip(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
    return path


def tape(path: Path, samples: Samples, began: float) -> Path:
    pieces = [samples[at : at + CHUNK].tobytes() for at in range(0, len(samples), CHUNK)]
    path.write_bytes(b"".join(struct.pack("<dI", began + n / 10, len(one)) + one for n, one in enumerate(pieces)))
    return path


def test_the_same_words_are_known_again_softer_and_later_and_others_are_not(tmp_path: Path) -> None:
    mine = clip(tmp_path / "a.wav", spoken(1))
    heard = np.concatenate([np.zeros(RATE_HZ, np.int16), spoken(1) // 4])
    assert likeness(tape(tmp_path / "tape", heard, 100.0), 99.0, [mine]) > 0.95
    assert likeness(tmp_path / "tape", 99.0, [clip(tmp_path / "b.wav", spoken(2))]) < 0.9
    assert likeness(tmp_path / "tape", 99.0, [mine, clip(tmp_path / "c.wav", spoken(3))]) < 0.9


def test_half_a_notice_is_not_the_notice_and_silence_is_nothing(tmp_path: Path) -> None:
    mine = clip(tmp_path / "a.wav", spoken(1))
    assert likeness(tape(tmp_path / "half", spoken(1)[: 3 * RATE_HZ], 100.0), 99.0, [mine]) < 0.9
    assert likeness(tape(tmp_path / "still", np.zeros(RATE_HZ, np.int16), 100.0), 99.0, [mine]) == 0.0
    assert audible_s(tmp_path / "still", 0.0) == 0.0
    assert audible_s(tmp_path / "half", 200.0) == 0.0
    assert loud_s([mine.read_bytes()])[0] > 2
