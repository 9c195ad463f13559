"""Whether a written clip says what it should, as far as arithmetic can hear."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.core.errors import FinalError
from edge.workers.speech.loudness import TARGET_DB, gated_level
from edge.workers.speech.peaks import PeakMeter
from edge.workers.speech.wave import (
    BLOCK_S,
    RATE_HZ,
    SILENCE_DB,
    Wave,
    audible,
    audible_levels,
    block_levels,
    decibels,
    seconds,
)

HIGHEST_PEAK_DB = -1.0
"""Between the samples too: above it a sound card's filter may clip."""
FARTHEST_FROM_TARGET_DB = 4.0
FASTEST_SYLLABLES_PER_S, SLOWEST_SYLLABLES_PER_S = 7.5, 2.4
"""Without pauses. Voices measured at speed 1: 3.5 to 5.6 (docs/design/sound.md); each written word is one syllable."""
_PAUSE_S = 0.9
"""At most so long is a voice silent at a comma or a full stop."""
_SLACK_S = 0.6
_LEAST_AUDIBLE = 0.4
_LOST_S = 0.05
LONGEST_GAP_S = 2.0
_WORD = re.compile(r"\w+")
_BREAK = re.compile(r"[.,;:!?…\n–-]")


class BadClipError(FinalError):
    """A clip must not be aired; the text tells a person why."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on the decoded file: dBTP, dBFS of the whole, dBFS of what sounds, the longest silence."""

    length_s: float
    peak_db: float
    rms_db: float
    level_db: float
    longest_gap_s: float


@dataclass(frozen=True, slots=True)
class Expected:
    """What the file should be: its length, and how much silence was put in on purpose, at most so long at a time."""

    length_s: float
    silent_s: float = 0.0
    gap_s: float = 0.0


def has_words(text: str) -> bool:
    """Whether there is anything to pronounce."""
    return any(letter.isalnum() for letter in text)


def plausible_s(text: str, speed: float) -> tuple[float, float]:
    """The shortest and the longest that a voice may sound for ``text`` at ``speed``, pauses not counted."""
    syllables = len(_WORD.findall(text))
    return syllables / (FASTEST_SYLLABLES_PER_S * speed), _SLACK_S + syllables / (SLOWEST_SYLLABLES_PER_S * speed)


def check_length(text: str, speed: float, speech: Wave) -> None:
    """Raises BadClipError when a voice swallowed words, went astray, or its sound has another rate than it says."""
    shortest_s, longest_s = plausible_s(text, speed)
    spoken_s = float(np.sum(audible(speech))) * BLOCK_S
    if not shortest_s <= spoken_s <= longest_s:
        raise BadClipError(
            f"Giọng đọc nói {spoken_s:.1f} giây, văn bản này phải dài từ {shortest_s:.1f} đến {longest_s:.1f} giây."
        )
    pauses_s, most_s = seconds(speech) - spoken_s, _SLACK_S + (len(_BREAK.findall(text)) + 1) * _PAUSE_S
    if pauses_s > most_s + spoken_s:  # stops between words are silent too
        raise BadClipError(f"Giọng đọc im lặng {pauses_s:.1f} giây giữa chừng.")


class Listener:
    """Hears a decoded file piece by piece, and remembers four figures for each fiftieth of a second."""

    def __init__(self) -> None:
        self._samples = 0
        self._peaks = PeakMeter()
        self._power = 0.0
        self._levels: list[NDArray[np.float64]] = []
        self._rest = np.empty(0, np.float32)

    def hear(self, wave: Wave) -> None:
        """The next piece, of any length."""
        self._samples += wave.size
        self._power += float(np.sum(wave.astype(np.float64) ** 2))
        joined = np.concatenate([self._rest, wave])
        whole = joined.size - joined.size % round(BLOCK_S * RATE_HZ)
        self._peaks.feed(wave)
        self._levels.append(block_levels(joined[:whole], BLOCK_S))
        self._rest = joined[whole:]

    def figures(self) -> Figures:
        """What was heard so far."""
        self._peaks.end()
        levels = np.concatenate([*self._levels, block_levels(self._rest, BLOCK_S)])
        return Figures(
            round(self._samples / RATE_HZ, 3),
            round(decibels(self._peaks.highest), 2),
            round(decibels((self._power / self._samples) ** 0.5), 2) if self._samples else SILENCE_DB,
            round(decibels(gated_level(levels)), 2),
            round(_longest_run(~audible_levels(levels)) * BLOCK_S, 2),
        )

    def audible_s(self) -> float:
        """How long something sounded."""
        return float(np.sum(audible_levels(np.concatenate(self._levels)))) * BLOCK_S if self._levels else 0.0


def check_decoded(expected: Expected, decoded: Iterable[Wave]) -> Figures:
    """The figures of the file as a horn will play it; raises BadClipError."""
    listener = Listener()
    for wave in decoded:
        listener.hear(wave)
    figures = listener.figures()
    for fault in _faults(expected, figures, listener.audible_s()):
        raise BadClipError(fault)
    return figures


def _faults(expected: Expected, figures: Figures, audible_s: float) -> Iterable[str]:
    if abs(figures.length_s - expected.length_s) > _LOST_S:
        yield f"Đoạn tiếng ghi ra dài {figures.length_s:.2f} giây, phải là {expected.length_s:.2f} giây."
    if figures.peak_db > HIGHEST_PEAK_DB:
        yield f"Đoạn tiếng bị vỡ: đỉnh {figures.peak_db:.1f} dBFS."
    if abs(figures.level_db - TARGET_DB) > FARTHEST_FROM_TARGET_DB:
        yield f"Đoạn tiếng có độ to {figures.level_db:.1f} dBFS, ngoài khoảng cho phép."
    if figures.longest_gap_s > expected.gap_s + LONGEST_GAP_S:
        yield f"Đoạn tiếng im lặng {figures.longest_gap_s:.1f} giây liền."
    if audible_s < _LEAST_AUDIBLE * (expected.length_s - expected.silent_s):
        yield "Đoạn tiếng phần lớn là im lặng."


def _longest_run(silent: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(silent.astype(np.int8), prepend=0, append=0))
    return int((edges[1::2] - edges[::2]).max(initial=0))
