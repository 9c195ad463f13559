"""Speaks through one short-lived `espeak-ng` child per text."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from typing import Final

from models.backends.sound import check_audible, check_request
from models.backends.voice_espeak.codec import samples_of
from models.backends.voice_espeak.settings import Settings
from models.base import Sound
from models.errors import VoiceError

# 8 s of speech take 0.04 s; a box under load may be a hundred times slower and is still waited for.
ANSWER_S: Final = 5.0
ANSWER_S_PER_CHARACTER: Final = 0.02


class EspeakVoice:
    """See models.base.Voice. Safe for several threads: it keeps no state."""

    def __init__(self, settings: Settings) -> None:
        program = shutil.which("espeak-ng")
        if program is None:
            raise VoiceError("Máy chưa cài espeak-ng.")
        self._program = program
        self._settings = settings
        self.name = f"espeak-ng {settings.variant}"
        # There is no model file: the engine's version is what makes it sound as it does.
        self.model_sha256 = hashlib.sha256(self._run(("--version",), b"", ANSWER_S)).hexdigest()
        _, self.sample_rate_hz = self._say("một", settings.words_per_min)

    def speak(self, text: str, speed: float = 1.0) -> Sound:
        """The whole text as mono int16. Raises VoiceError: bad request, no answer in time, or silence."""
        check_request(text, speed)
        sound, rate_hz = self._say(text, round(self._settings.words_per_min * speed))
        if rate_hz != self.sample_rate_hz:
            raise VoiceError(f"espeak-ng đổi tần số lấy mẫu từ {self.sample_rate_hz} sang {rate_hz} Hz.")
        return check_audible(sound, text)

    def _say(self, text: str, words_per_min: int) -> tuple[Sound, int]:
        options = ("-v", str(self._settings.variant), "-s", str(words_per_min), "-b", "1", "--stdin", "--stdout")
        # Double brackets would be read as phonemes instead of words.
        words = text.replace("[[", " ").replace("]]", " ").encode()
        wav = self._run(options, words, ANSWER_S + ANSWER_S_PER_CHARACTER * len(text))
        try:
            return samples_of(wav)
        except ValueError as error:
            raise VoiceError(f"espeak-ng không cho ra tiếng: {error}.") from error

    def _run(self, options: tuple[str, ...], words: bytes, deadline_s: float) -> bytes:
        try:
            # The program is the distribution's; the text goes through a pipe and is never an argument.
            command = (self._program, *options)
            done = subprocess.run(command, input=words, capture_output=True, timeout=deadline_s, check=True)  # noqa: S603
        except subprocess.TimeoutExpired as error:
            raise VoiceError(f"espeak-ng không xong trong {deadline_s:.1f} giây.") from error
        except (OSError, subprocess.CalledProcessError) as error:
            raise VoiceError(f"espeak-ng không chạy được: {error}.") from error
        return done.stdout
