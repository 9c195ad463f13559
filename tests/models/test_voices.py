from __future__ import annotations

import shutil
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.assets import pull
from models.backends import voice_piper
from models.backends.sound import check_audible
from models.backends.voice_espeak import Variant
from models.backends.voice_espeak.codec import samples_of
from models.base import Sound, Voice
from models.errors import ModelError, VoiceError
from models.registry import open_voice

SENTENCE = "Báo động hai. Bà con thôn Đông di dời ngay!"

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


def _rms(sound: Sound) -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))


@needs_espeak
@pytest.mark.parametrize("variant", list(Variant))
def test_espeak_speaks_vietnamese_aloud(variant: Variant) -> None:
    voice = open_voice("voice_espeak", {"variant": variant})
    sound = voice.speak(SENTENCE)
    assert isinstance(voice, Voice)
    assert sound.dtype == np.int16
    assert 2 < len(sound) / voice.sample_rate_hz < 8
    assert _rms(sound) > 1000


@needs_espeak
def test_the_three_accents_differ() -> None:
    sounds = {open_voice("voice_espeak", {"variant": variant}).speak(SENTENCE).tobytes() for variant in Variant}
    assert len(sounds) == 3


@needs_espeak
def test_tones_are_heard() -> None:
    voice = open_voice("voice_espeak", {})
    assert voice.speak("ma").tobytes() != voice.speak("má").tobytes() != voice.speak("mả").tobytes()


@needs_espeak
def test_faster_is_shorter() -> None:
    voice = open_voice("voice_espeak", {})
    assert len(voice.speak(SENTENCE, 1.6)) < 0.8 * len(voice.speak(SENTENCE))


@needs_espeak
@pytest.mark.parametrize(("text", "speed"), [("", 1.0), (" \n", 1.0), ("a" * 10_001, 1.0), ("chào", 0.4), ("chào", 3)])
def test_a_bad_request_is_refused(text: str, speed: float) -> None:
    with pytest.raises(VoiceError):
        open_voice("voice_espeak", {}).speak(text, speed)


@needs_espeak
def test_a_text_that_looks_like_an_option_or_phonemes_is_read_out() -> None:
    voice = open_voice("voice_espeak", {})
    assert len(voice.speak("--help")) > 0
    assert voice.speak("[[xin chào]]").tobytes() == voice.speak("  xin chào  ").tobytes()


def test_an_unknown_accent_is_refused() -> None:
    with pytest.raises(ModelError, match="xx"):
        open_voice("voice_espeak", {"variant": "xx"})


def test_silence_is_not_success() -> None:
    with pytest.raises(VoiceError, match="không phát ra tiếng"):
        check_audible(np.zeros(22_050, np.int16), "xin chào")


def test_piper_speaks_vietnamese_aloud() -> None:
    (outcome,) = pull(["en_US-joe-medium"])
    if outcome.error is not None:
        pytest.skip(f"cannot be had here: {outcome.error}")
    voice = voice_piper.setup(voice_piper.from_manifest("en_US-joe-medium"))
    assert isinstance(voice, Voice)
    assert voice.model_sha256 == outcome.manifest.files[0].sha256
    usual, fast = voice.speak(SENTENCE), voice.speak(SENTENCE, 2.0)
    assert 1.5 < len(usual) / voice.sample_rate_hz < 10
    assert len(fast) < 0.8 * len(usual)
    assert _rms(usual) > 1000


def _wav(data: bytes, coding: int = 1, channels: int = 1, bits: int = 16, before: bytes = b"") -> bytes:
    header = struct.pack("<HHIIHH", coding, channels, 22_050, 44_100, 2, bits)
    fmt = b"fmt " + struct.pack("<I", len(header)) + header
    return b"RIFF\xff\xff\xff\x7fWAVE" + before + fmt + b"data" + struct.pack("<I", 0x7FFFFFFF) + data


def test_a_wav_with_made_up_lengths_is_read_to_its_end() -> None:
    sound, rate_hz = samples_of(_wav(struct.pack("<3h", 1, -2, 3) + b"\0", before=b"LIST\x03\x00\x00\x00abc\0"))
    assert (sound.tolist(), rate_hz) == ([1, -2, 3], 22_050)


@pytest.mark.parametrize(
    "wav",
    [b"", b"RIFF", _wav(b"")[:30], _wav(b"", coding=3), _wav(b"", channels=2), _wav(b"", bits=8), b"OggS" * 20],
    ids=["empty", "short", "cut", "float", "stereo", "8 bit", "ogg"],
)
def test_another_kind_of_file_is_refused(wav: bytes) -> None:
    with pytest.raises(ValueError, match=r"WAV"):
        samples_of(wav)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tail: bytes) -> None:
    for wav in (tail, b"RIFF\0\0\0\0WAVE" + tail):
        try:
            samples_of(wav)
        except ValueError:
            continue
