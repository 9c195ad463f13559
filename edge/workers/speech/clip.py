"""From levelled sound to a checked file under its own hash."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from edge.core.errors import FinalError, TransientError
from edge.core.speech import Clip, Style
from edge.kernel.disk import sync_folder
from edge.kernel.file_hash import sha256_of
from edge.workers.speech.chime import chime, closing_chime
from edge.workers.speech.opus_file import read_opus, write_opus
from edge.workers.speech.reel import LONGEST_S, Reel
from edge.workers.speech.verdict import Expected, check_decoded
from edge.workers.speech.wave import Wave, seconds, silence

TAIL_S = 0.15
"""An amplifier that is cut the moment the file ends must not cut the last consonant."""
UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class Composition:
    """A levelled message and how it is framed. ``tail_s`` of silence ends the clip."""

    message: Reel
    style: Style
    tail_s: float = TAIL_S

    def waves(self) -> Iterator[Wave]:
        """Chime, message, pause, message again, chime, silence; never all of it in memory."""
        if self.style.chime:
            yield chime()
        for time in range(self.style.times):
            if time:
                yield silence(self.style.pause_s)
            yield from self.message.play()
        if self.style.closing_chime:
            yield closing_chime()
        yield silence(self.tail_s)

    def expected(self) -> Expected:
        """What the decoded file must be. Raises FinalError when nobody would listen so long."""
        pauses_s = self.style.pause_s * (self.style.times - 1)
        chimes_s = seconds(chime()) * self.style.chime + seconds(closing_chime()) * self.style.closing_chime
        length_s = chimes_s + self.message.seconds * self.style.times + pauses_s + self.tail_s
        if length_s > LONGEST_S:
            raise FinalError(f"Bản tin dài {length_s / 60:.0f} phút, tối đa {LONGEST_S / 60:.0f} phút.")
        return Expected(length_s, pauses_s + self.tail_s, max(self.tail_s, self.style.pause_s * (self.style.times > 1)))


def store_clip(folder: Path, owner: str, job: str, waves: Iterable[Wave], expected: Expected) -> Clip:
    """Write a sound, decode the file again, check it, and only then give it its name ``<sha256>.opus``.

    ``owner`` is the child's name: others may write into the same folder.
    Raises BadClipError for a sound that must not be aired, TransientError when the disk refuses.
    """
    draft = folder / f"{owner}.{hashlib.sha256(job.encode()).hexdigest()[:16]}{UNFINISHED}"
    try:
        write_opus(draft, waves)
        figures = check_decoded(expected, read_opus(draft))
        sha256 = sha256_of(draft)
        size = draft.stat().st_size
        give_name(draft, folder / f"{sha256}.opus")
    except OSError as cause:
        raise TransientError(f"Không lưu được đoạn tiếng: {cause}.") from cause
    finally:
        draft.unlink(missing_ok=True)
    return Clip(sha256, size, round(figures.length_s * 1000), figures.peak_db, figures.rms_db)


def sweep(folder: Path, owner: str) -> None:
    """Make the folder if need be, and remove what this owner's killed process left half written."""
    folder.mkdir(parents=True, exist_ok=True)
    for draft in folder.glob(f"{owner}.*{UNFINISHED}"):
        draft.unlink(missing_ok=True)


def give_name(draft: Path, final: Path) -> None:
    """The whole file appears under its name, and stays there through a power cut."""
    draft.replace(final)
    sync_folder(final.parent)
