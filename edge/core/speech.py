"""Recordings: what was approved is what sounds (law 10)."""

from dataclasses import dataclass
from typing import Final, NewType

from edge.core.errors import FinalError

Sha256 = NewType("Sha256", str)
"""Lower-case hexadecimal sha256 of a whole file."""

RecordingId = NewType("RecordingId", str)


BANK: Final = "bank"
"""The name of the commune's own recorded voice among the voices; alarms try it first."""
VIETNAMESE: Final = "vi"
SPEEDS: Final = (0.5, 2.0)
MOST_TIMES: Final = 10
LONGEST_PAUSE_S: Final = 30.0
"""Whoever stands below a horn takes a longer silence for the end."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text shall sound. An empty ``voice`` is the station's own; ``speed`` 0 is the station's own, else 0.5 to 2.

    ``voice`` is one of the configured ones, as written there (``espeak:vi-vn-x-south``), or BANK. A voice that
    cannot say this text is passed over: the recording names the one that spoke.
    ``chime`` opens (and ``closing_chime`` ends) the message, which is said ``times`` times with ``pause_s`` between.
    ``joined``: another clip of the same recording follows, only the pause of the last mark lies between.
    """

    voice: str = ""
    speed: float = 0.0
    chime: bool = True
    closing_chime: bool = False
    times: int = 1
    pause_s: float = 1.5
    joined: bool = False
    language: str = VIETNAMESE


def check_style(style: Style) -> None:
    """Raises FinalError for what no clip can be made of."""
    if style.speed and not SPEEDS[0] <= style.speed <= SPEEDS[1]:
        raise FinalError(f"Tốc độ đọc {style.speed} phải nằm trong {SPEEDS[0]} đến {SPEEDS[1]}.")
    if not 1 <= style.times <= MOST_TIMES:
        raise FinalError(f"Một bản tin được đọc từ 1 đến {MOST_TIMES} lần liền nhau.")
    if not 0 <= style.pause_s <= LONGEST_PAUSE_S:
        raise FinalError(f"Khoảng nghỉ giữa hai lần đọc từ 0 đến {LONGEST_PAUSE_S:.0f} giây.")


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
