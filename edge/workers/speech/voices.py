"""Which voice speaks: the best one that works, at this moment."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.backends import voice_espeak, voice_piper
from models.base import Sound, Voice
from models.errors import ModelError, VoiceError
from models.manifest import manifest

AWAY_S = 60.0
"""A voice that failed is left alone for so long, unless no other one works."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Raw sound, and who spoke it."""

    pcm: Sound
    rate_hz: int
    voice: str
    model_sha256: str


def open_voice(spec: str) -> Voice:
    """The voice that ``piper:<path of its onnx>`` or ``espeak:<variant>`` names; raises ModelError."""
    kind, _, which = spec.partition(":")
    try:
        if kind == "piper":
            return voice_piper.setup(_piper(Path(which)))
        if kind == "espeak":
            return voice_espeak.setup(voice_espeak.Settings(voice_espeak.Variant(which)))
    except (ValueError, OSError) as cause:
        raise VoiceError(f"Không mở được giọng đọc {spec}: {cause}.") from cause
    raise VoiceError(f"Không có loại giọng đọc “{kind}”.")


def _piper(path: Path) -> voice_piper.Settings:
    """The settings of a voice with a manifest of its name; a foreign one is taken for a usual Vietnamese one."""
    if not path.is_file():
        raise VoiceError(f"Không có tệp giọng đọc {path}.")
    try:
        facts = manifest(path.stem).voice
    except ModelError:
        facts = None
    if facts is None:
        return voice_piper.Settings(path.stem, path)
    return voice_piper.Settings(path.stem, path, facts.sample_rate_hz, facts.espeak_voice, facts.symbols)


@dataclass(slots=True)
class _Seat:
    """One voice of the settings: open or not, and why and when it failed last."""

    spec: str
    voice: Voice | None = None
    trouble: str = ""
    failed_at: float = float("-inf")


class Choir:
    """Voices, best first. Belongs to one thread."""

    def __init__(self, specs: tuple[str, ...], opener: Callable[[str], Voice] = open_voice) -> None:
        self._seats = [_Seat(spec) for spec in specs]
        self._open = opener
        self.speaker = ""

    def speak(self, text: str, speed: float) -> Spoken:
        """``text`` by the best voice that can; raises VoiceError with every voice's reason if none can."""
        failed: list[_Seat] = []
        for seat in self._in_order():
            try:
                spoken = self._by(seat, text, speed)
            except ModelError as error:
                seat.trouble = str(error)
                failed.append(seat)
                continue
            self._put_away(failed)
            self.speaker, seat.trouble = spoken.voice, ""
            return spoken
        self.speaker = ""
        raise VoiceError(" ".join(seat.trouble for seat in failed) or "Chưa cài giọng đọc nào.")

    @property
    def troubles(self) -> str:
        """Why the better voices do not speak, for the health page."""
        return " ".join(seat.trouble for seat in self._seats if seat.trouble)

    def _by(self, seat: _Seat, text: str, speed: float) -> Spoken:
        if seat.voice is None:
            seat.voice = self._open(seat.spec)
        pcm = seat.voice.speak(text, speed)
        return Spoken(pcm, seat.voice.sample_rate_hz, seat.voice.name, seat.voice.model_sha256)

    def _in_order(self) -> list[_Seat]:
        """Best first, those that failed lately last."""
        now = time.monotonic()
        return sorted(self._seats, key=lambda seat: now - seat.failed_at < AWAY_S)

    @staticmethod
    def _put_away(failed: list[_Seat]) -> None:
        """Another voice could say the same text: so it was not the text's fault."""
        for seat in failed:
            seat.failed_at = time.monotonic()
