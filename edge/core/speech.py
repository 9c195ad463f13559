"""Recordings: what was approved is what sounds (law 10)."""

from dataclasses import dataclass
from typing import NewType

Sha256 = NewType("Sha256", str)
"""Lower-case hexadecimal sha256 of a whole file."""

RecordingId = NewType("RecordingId", str)


@dataclass(frozen=True, slots=True)
class Style:
    """How a text shall sound. An empty ``voice`` is the station's own; ``speed`` 0 is the station's own, else 0.5 to 2.

    ``chime`` opens (and ``closing_chime`` ends) the message, which is said ``times`` times with ``pause_s`` between.
    """

    voice: str = ""
    speed: float = 0.0
    chime: bool = True
    closing_chime: bool = False
    times: int = 1
    pause_s: float = 1.5


@dataclass(frozen=True, slots=True)
class Clip:
    """One Ogg Opus file, named by its hash. ``peak_db`` and ``rms_db`` are dBFS of the decoded sound."""

    sha256: Sha256
    bytes: int
    ms: int
    peak_db: float
    rms_db: float


@dataclass(frozen=True, slots=True)
class Recording:
    """An immutable, ordered list of clips with everything that made them."""

    id: RecordingId
    text: str
    spoken: str
    text_sha256: Sha256
    normaliser: str
    voice: str
    model_sha256: Sha256
    clips: tuple[Clip, ...]

    @property
    def ms(self) -> int:
        """Length in milliseconds."""
        return sum(clip.ms for clip in self.clips)
