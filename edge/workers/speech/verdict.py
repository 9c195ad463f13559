"""Whether a written clip says what it should, as far as arithmetic can hear."""

import re
from dataclasses import dataclass

import numpy as np

from edge.core.errors import FinalError
from edge.workers.speech.wave import Wave, audible, peak_db, rms_db, seconds

HIGHEST_PEAK_DB = -1.0
QUIETEST_RMS_DB, LOUDEST_RMS_DB = -23.0, -11.0
FASTEST_SYLLABLES_PER_S, SLOWEST_SYLLABLES_PER_S = 9.0, 1.5
"""Read Vietnamese has 3 to 6 syllables a second; each written word is one syllable."""
_PAUSE_S = 0.9
"""At most so long is a voice silent at a comma or a full stop."""
_SLACK_S = 1.0
_LEAST_AUDIBLE = 0.4
_LOST_S = 0.1
_WORD = re.compile(r"\w+")
_BREAK = re.compile(r"[.,;:!?…\n–-]")


class BadClipError(FinalError):
    """A clip must not be aired; the text tells a person why."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on the decoded file."""

    length_s: float
    peak_db: float
    rms_db: float


def has_words(text: str) -> bool:
    """Whether there is anything to pronounce."""
    return any(letter.isalnum() for letter in text)


def plausible_s(text: str, speed: float) -> tuple[float, float]:
    """The shortest and the longest that a voice may take for ``text`` at ``speed``."""
    syllables, pauses = len(_WORD.findall(text)), len(_BREAK.findall(text))
    shortest = syllables / (FASTEST_SYLLABLES_PER_S * speed)
    return shortest, _SLACK_S + syllables / (SLOWEST_SYLLABLES_PER_S * speed) + pauses * _PAUSE_S


def check_length(text: str, speed: float, speech: Wave) -> None:
    """Raises BadClipError when a voice swallowed words or went astray."""
    shortest_s, longest_s = plausible_s(text, speed)
    spoken_s = seconds(speech)
    if not shortest_s <= spoken_s <= longest_s:
        raise BadClipError(
            f"Giọng đọc nói {spoken_s:.1f} giây, văn bản này phải dài từ {shortest_s:.1f} đến {longest_s:.1f} giây."
        )


def check_decoded(sent: Wave, decoded: Wave) -> Figures:
    """The figures of the file as a horn will play it; raises BadClipError."""
    figures = Figures(seconds(decoded), round(peak_db(decoded), 2), round(rms_db(decoded), 2))
    if abs(figures.length_s - seconds(sent)) > _LOST_S:
        raise BadClipError(f"Đoạn tiếng ghi ra dài {figures.length_s:.2f} giây, phải là {seconds(sent):.2f} giây.")
    if figures.peak_db > HIGHEST_PEAK_DB:
        raise BadClipError(f"Đoạn tiếng bị vỡ: đỉnh {figures.peak_db:.1f} dBFS.")
    if not QUIETEST_RMS_DB <= figures.rms_db <= LOUDEST_RMS_DB:
        raise BadClipError(f"Đoạn tiếng có độ to {figures.rms_db:.1f} dBFS, ngoài khoảng cho phép.")
    if float(np.mean(audible(decoded))) < _LEAST_AUDIBLE:
        raise BadClipError("Đoạn tiếng phần lớn là im lặng.")
    return figures
