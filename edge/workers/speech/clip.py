"""From a voice's raw sound to a checked file under its own hash."""

import hashlib
import os
from pathlib import Path

import numpy as np

from edge.core.errors import TransientError
from edge.core.speech import Clip, Sha256
from edge.workers.speech.chime import chime
from edge.workers.speech.loudness import levelled
from edge.workers.speech.opus_file import read_opus, write_opus
from edge.workers.speech.verdict import check_decoded
from edge.workers.speech.wave import Wave, silence

_TAIL_S = 0.15
"""An amplifier that is cut the moment the file ends must not cut the last consonant."""
UNFINISHED = ".part"


def composed(speech: Wave, *, with_chime: bool) -> Wave:
    """Chime, speech at the level of all clips, and a short silence."""
    parts = [levelled(speech), silence(_TAIL_S)]
    return np.concatenate([chime(), *parts] if with_chime else parts)


def store_clip(folder: Path, owner: str, job: str, wave: Wave) -> Clip:
    """Write ``wave``, decode the file again, check it, and only then give it its name ``<sha256>.opus``.

    ``owner`` is the child's name: others may write into the same folder.
    Raises BadClipError for a sound that must not be aired, TransientError when the disk refuses.
    """
    draft = folder / f"{owner}.{hashlib.sha256(job.encode()).hexdigest()[:16]}{UNFINISHED}"
    try:
        write_opus(draft, wave)
        figures = check_decoded(wave, read_opus(draft))
        content = draft.read_bytes()
        sha256 = Sha256(hashlib.sha256(content).hexdigest())
        _give_name(draft, folder / f"{sha256}.opus")
    except OSError as cause:
        raise TransientError(f"Không lưu được đoạn tiếng: {cause}.") from cause
    finally:
        draft.unlink(missing_ok=True)
    return Clip(sha256, len(content), round(figures.length_s * 1000), figures.peak_db, figures.rms_db)


def sweep(folder: Path, owner: str) -> None:
    """Make the folder if need be, and remove what this owner's killed process left half written."""
    folder.mkdir(parents=True, exist_ok=True)
    for draft in folder.glob(f"{owner}.*{UNFINISHED}"):
        draft.unlink(missing_ok=True)


def _give_name(draft: Path, final: Path) -> None:
    draft.replace(final)
    folder = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
