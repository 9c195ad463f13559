"""One prompt of the voice bank: somebody said a few words into a microphone; good enough for an alarm, or not."""

import hashlib
import io
import os
import wave as wave_file
from pathlib import Path

import numpy as np

from edge.core.errors import TransientError
from edge.kernel.wire.speech import Taken, TakePrompt
from edge.workers.speech.band import limited_to_band
from edge.workers.speech.clip import UNFINISHED, give_name
from edge.workers.speech.foreign import Bounds, decoded
from edge.workers.speech.loudness import levelled, speech_level
from edge.workers.speech.peaks import CLIPPED_SHARE, clipped_share
from edge.workers.speech.verdict import FASTEST_SYLLABLES_PER_S, BadClipError
from edge.workers.speech.wave import (
    BLOCK_S,
    RATE_HZ,
    Wave,
    audible,
    block_levels,
    decibels,
    peak_db,
    rms_db,
    seconds,
    trimmed,
)

LONGEST_S = 30.0
LEVEL_DB, CEILING_DB = -19.0, -4.0
"""A little below the level of clips: prompts lie over each other by some milliseconds, and are levelled again."""
_QUIETEST_DB = -50.0
_HUM_HZ, _HISS_HZ = 80.0, 14_000.0
_LEAST_ABOVE_NOISE_DB = 15.0
"""Below it the noise of the room is heard to come and go with every word."""
_SLOWEST_SYLLABLES_PER_S, _SLACK_S = 1.2, 0.6
"""Somebody who reads single words from a screen takes his time."""


def take_prompt(job: TakePrompt) -> Taken:
    """Trim, level, check and keep a prompt as WAV under its sha256. Raises FinalError, TransientError."""
    raw = np.concatenate(list(decoded(Path(job.source), Bounds(LONGEST_S))))
    check_raw(raw)
    clean = limited_to_band(raw, _HUM_HZ, _HISS_HZ)
    speech = trimmed(clean)
    check_words(job.words, speech)
    check_noise(clean)
    made = levelled(speech, LEVEL_DB, CEILING_DB)
    content = _wav(made)
    sha256 = hashlib.sha256(content).hexdigest()
    _keep(Path(job.bank_folder), sha256, content)
    return Taken(sha256, len(content), round(seconds(made) * 1000), round(peak_db(made), 2), round(rms_db(made), 2))


def check_raw(raw: Wave) -> None:
    """Raises BadClipError for what was recorded much too softly or too loudly."""
    level_db = decibels(speech_level(raw))
    if level_db < _QUIETEST_DB:
        raise BadClipError("Không nghe thấy tiếng nói: hãy kiểm tra micrô, nói gần hơn rồi thu lại.")
    if clipped_share(raw) > CLIPPED_SHARE:
        raise BadClipError("Tiếng thu bị vỡ vì quá to: hãy lùi xa micrô một chút rồi thu lại.")


def check_words(words: str, speech: Wave) -> None:
    """Raises BadClipError when these words cannot have been said in this time."""
    said_s, syllables = float(np.sum(audible(speech))) * BLOCK_S, len(words.split())
    shortest_s = syllables / FASTEST_SYLLABLES_PER_S
    longest_s = _SLACK_S + syllables / _SLOWEST_SYLLABLES_PER_S
    if said_s < shortest_s:
        raise BadClipError(f"Bản thu chỉ có {said_s:.1f} giây tiếng nói, ngắn hơn lời cần đọc: hãy đọc đủ lời.")
    if said_s > longest_s or seconds(speech) > 2 * longest_s:
        raise BadClipError(f"Bản thu dài {seconds(speech):.1f} giây, dài hơn lời cần đọc: hãy chỉ đọc đúng lời này.")


def check_noise(whole: Wave) -> None:
    """Raises BadClipError when the room is heard beside the voice. Needs some room around the words to tell."""
    levels = block_levels(whole, BLOCK_S)
    room = np.sort(levels)[: max(1, levels.size // 10)]
    above_db = decibels(speech_level(whole)) - decibels(float(np.mean(room)))
    if above_db < _LEAST_ABOVE_NOISE_DB:
        raise BadClipError(
            f"Chỗ thu ồn quá, giọng chỉ to hơn tiếng nền {above_db:.0f} dB: hãy thu ở phòng yên tĩnh,"
            " và để im nửa giây trước khi đọc."
        )


def _wav(wave: Wave) -> bytes:
    file = io.BytesIO()
    with wave_file.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(wave, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _keep(folder: Path, sha256: str, content: bytes) -> None:
    draft = folder / f"{sha256}{UNFINISHED}"
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        give_name(draft, folder / f"{sha256}.wav")
    except OSError as cause:
        raise TransientError(f"Không lưu được bản thu: {cause.strerror or cause}.") from cause
    finally:
        draft.unlink(missing_ok=True)
