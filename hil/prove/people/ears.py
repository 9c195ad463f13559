"""Whether a horn said this very recording: its sound card's tape beside the clips that people approved."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from hil.sound_card import AUDIBLE_DB, RATE_HZ, read_tape

WINDOW = RATE_HZ // 50
AUDIBLE = 10 ** (AUDIBLE_DB / 20)
Levels = NDArray[np.float64]


def likeness(tape: Path, since: float, clips: Iterable[Path]) -> float:
    """How well the loudness of the tape since then follows that of the clips, at the best shift: 1 is the same."""
    said, meant = _heard(tape, since), _levels(np.concatenate([_decoded(clip) for clip in clips]))
    if not said.size or not meant.size:
        return 0.0
    norm = float(np.linalg.norm(said) * np.linalg.norm(meant))
    return float(np.correlate(said, meant, "full").max()) / norm if norm else 0.0


def audible_s(tape: Path, since: float) -> float:
    """Seconds of sound on the tape since then."""
    return float(np.count_nonzero(_heard(tape, since) > AUDIBLE)) * WINDOW / RATE_HZ


def loud_s(clips: Sequence[bytes]) -> list[float]:
    """Seconds of sound in each of these files, as a browser was given them."""
    return [float(np.count_nonzero(_levels(_samples(clip)) > AUDIBLE)) * WINDOW / RATE_HZ for clip in clips]


def _heard(tape: Path, since: float) -> Levels:
    chunks = [data for steady, data in read_tape(tape) if steady >= since] if tape.exists() else []
    return _levels(np.frombuffer(b"".join(chunks), "<i2").astype(np.float64) / 32768)


def _levels(samples: Levels) -> Levels:
    """Root mean square of each fiftieth of a second."""
    whole = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)
    levels: Levels = np.sqrt(np.mean(whole**2, axis=1)) if whole.size else np.zeros(0)
    return levels


def _decoded(clip: Path) -> Levels:
    return _samples(clip.read_bytes())


def _samples(file: bytes) -> Levels:
    """One channel at the sound cards' rate."""
    with av.open(io.BytesIO(file)) as sound:
        resampler = av.AudioResampler("s16", "mono", RATE_HZ)
        frames = [made for frame in sound.decode(audio=0) for made in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float64) / 32768
