"""Speaks through Piper's own Python package."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import onnxruntime
from piper.config import PiperConfig, SynthesisConfig
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP
from piper.phonemize_espeak import ESPEAK_DATA_DIR
from piper.voice import PiperVoice

from models.assets import sha256_of
from models.backends.onnx_errors import LOAD_ERRORS, RUN_ERRORS
from models.backends.sound import check_audible, check_request
from models.backends.voice_piper.settings import Settings
from models.base import Sound
from models.errors import BadModelError, VoiceError

# A pause between sentences that an echo between two hills has time to fade in.
SENTENCE_PAUSE_S: Final = 0.35


class PiperSpeaker:
    """See models.base.Voice. One text at a time."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.name
        self.sample_rate_hz = settings.sample_rate_hz
        self._voice = PiperVoice(open_session(settings), _config(settings), ESPEAK_DATA_DIR, use_tashkeel=False)
        self.model_sha256 = sha256_of(settings.path)
        self._pause: Sound = np.zeros(round(SENTENCE_PAUSE_S * settings.sample_rate_hz), np.int16)

    def speak(self, text: str, speed: float = 1.0) -> Sound:
        """The whole text as mono int16, another sound at every run. Raises VoiceError."""
        check_request(text, speed)
        # Double brackets would be read as phonemes instead of words.
        words = text.replace("[[", " ").replace("]]", " ")
        try:
            parts = [chunk.audio_int16_array for chunk in self._voice.synthesize(words, _manner(speed))]
        except RUN_ERRORS as error:
            raise VoiceError(f"Piper không đọc được “{text[:40]}”: {error}") from error
        return check_audible(self._joined(parts), text)

    def _joined(self, parts: list[Sound]) -> Sound:
        if not parts:
            return np.empty(0, np.int16)
        with_pauses = [piece for part in parts for piece in (part, self._pause)]
        return np.concatenate(with_pauses[:-1])


def _manner(speed: float) -> SynthesisConfig:
    return SynthesisConfig(length_scale=1 / speed)


def _config(settings: Settings) -> PiperConfig:
    table = {sign: ids for sign, ids in DEFAULT_PHONEME_ID_MAP.items() if max(ids) < settings.symbols}
    # 256 and 1 are what every single-speaker Piper model of this architecture is built with.
    facts: dict[str, Any] = {"num_symbols": 256, "num_speakers": 1, "phoneme_id_map": table}
    facts["audio"] = {"sample_rate": settings.sample_rate_hz}
    facts["espeak"] = {"voice": settings.espeak_voice}
    return PiperConfig.from_dict(facts)


def open_session(settings: Settings) -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """The loaded network. Raises BadModelError."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = settings.threads
    options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(str(settings.path), options, providers=["CPUExecutionProvider"])
    except LOAD_ERRORS as error:
        raise BadModelError(f"Không nạp được giọng đọc {settings.path}: {error}") from error
