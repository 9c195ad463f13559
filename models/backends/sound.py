"""What every voice checks before and after speaking. No answer is not success, and neither is silence."""

from __future__ import annotations

from typing import Final

import numpy as np

from models.base import Sound
from models.errors import VoiceError

SLOWEST: Final = 0.5
FASTEST: Final = 2.0
# Some twelve minutes of speech. Longer texts are cut into recordings by whoever plans them.
MOST_CHARACTERS: Final = 10_000
# One hundredth of full scale: below it a horn gives nothing that could be told from its own noise.
AUDIBLE_PEAK: Final = 328


def check_request(text: str, speed: float) -> None:
    """Raise VoiceError for an empty or overlong text, or a speed outside 0.5..2.0."""
    if not text.strip():
        raise VoiceError("Không có gì để đọc.")
    if len(text) > MOST_CHARACTERS:
        raise VoiceError(f"Văn bản dài {len(text)} ký tự, một lần đọc tối đa {MOST_CHARACTERS}.")
    if not SLOWEST <= speed <= FASTEST:
        raise VoiceError(f"Tốc độ đọc {speed} phải nằm trong {SLOWEST}..{FASTEST}.")


def check_audible(sound: Sound, text: str) -> Sound:
    """The sound itself. Raises VoiceError if nobody could hear it."""
    # int16's lowest value has no positive twin: abs() needs a wider type.
    if sound.size == 0 or int(np.abs(sound.astype(np.int32)).max()) < AUDIBLE_PEAK:
        raise VoiceError(f"Giọng đọc không phát ra tiếng cho “{text[:40]}”.")
    return sound
