"""Puts recorded prompts together. Every file is hashed before it is used: what was recorded is what sounds."""

from __future__ import annotations

import hashlib
import io
import wave
from typing import Final

import numpy as np

from models.backends.sound import check_audible, check_request
from models.backends.voice_bank.segment import Pause, Piece, WordsMissingError, segmented
from models.backends.voice_bank.settings import Settings
from models.base import Sound
from models.errors import TextNotInBankError, VoiceError

# Prompts are kept with 40 ms of faded room at both ends. Two of them lie so far over each other that 10 ms of it are
# left between words: two gaps of 40 ms would make a number sound like a list.
OVERLAP_S: Final = 0.07
PAUSES_S: Final = {Pause.NONE: 0.0, Pause.WORDS: -OVERLAP_S, Pause.COMMA: 0.20, Pause.SENTENCE: 0.45}
_NAMED: Final = 12


class BankVoice:
    """See models.base.Voice. It speaks at the pace of its speaker: a stretched voice is harder to understand."""

    def __init__(self, settings: Settings) -> None:
        if not settings.prompts:
            raise VoiceError("Chưa thu giọng của xã.")
        self.name = settings.name
        self._folder = settings.folder
        self._files = {prompt.words: prompt.sha256 for prompt in settings.prompts}
        whole = "\n".join(f"{words}\t{sha256}" for words, sha256 in sorted(self._files.items()))
        self.model_sha256 = hashlib.sha256(whole.encode()).hexdigest()
        first = next(iter(self._files))
        _, self.sample_rate_hz = self._file(first)

    def speak(self, text: str, speed: float = 1.0) -> Sound:
        """The whole text as mono int16; `speed` is checked and not followed.

        Raises TextNotInBankError with the words that nobody recorded, VoiceError for a file that is gone or changed.
        """
        check_request(text, speed)
        try:
            pieces = segmented(text, self._files.keys())
        except WordsMissingError as error:
            named = ", ".join(f"“{words}”" for words in error.missing[:_NAMED])
            more = f" và {len(error.missing) - _NAMED} từ khác" if len(error.missing) > _NAMED else ""
            raise TextNotInBankError(f"Giọng thu của xã chưa có {named}{more}.", error.missing) from error
        return check_audible(self._joined(pieces), text)

    def _joined(self, pieces: tuple[Piece, ...]) -> Sound:
        sounds = [self._sound(piece.words) for piece in pieces]
        begins, at = [], 0
        for piece, sound in zip(pieces, sounds, strict=True):
            begins.append(at)
            at = max(at, at + sound.size + round(PAUSES_S[piece.pause] * self.sample_rate_hz))
        length = max((begin + sound.size for begin, sound in zip(begins, sounds, strict=True)), default=0)
        mixed = np.zeros(length, np.int32)
        for begin, sound in zip(begins, sounds, strict=True):
            mixed[begin : begin + sound.size] += sound
        return np.clip(mixed, -32768, 32767).astype(np.int16)

    def _sound(self, words: str) -> Sound:
        sound, rate_hz = self._file(words)
        if rate_hz != self.sample_rate_hz:
            raise VoiceError(f"Bản thu “{words}” có tần số lấy mẫu {rate_hz} Hz, phải là {self.sample_rate_hz} Hz.")
        return sound

    def _file(self, words: str) -> tuple[Sound, int]:
        path = self._folder / f"{self._files[words]}.wav"
        try:
            content = path.read_bytes()
        except OSError as error:
            raise VoiceError(f"Mất tệp thu âm “{words}”: hãy thu lại.") from error
        if hashlib.sha256(content).hexdigest() != self._files[words]:
            raise VoiceError(f"Tệp thu âm “{words}” đã bị sửa: hãy thu lại.")
        return _samples(content, words)


def _samples(content: bytes, words: str) -> tuple[Sound, int]:
    try:
        with wave.open(io.BytesIO(content)) as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2):
                raise VoiceError(f"Tệp thu âm “{words}” phải là WAV một kênh 16 bit.")
            return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16), file.getframerate()
    except (wave.Error, EOFError) as error:
        raise VoiceError(f"Tệp thu âm “{words}” không đọc được: {error}.") from error
