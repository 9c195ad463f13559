"""Which voice speaks: the best one that works and can say this text, at this moment."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from edge.core.errors import FinalError
from edge.core.speech import BANK
from edge.workers.speech.verdict import BadClipError
from models.backends import voice_bank, voice_espeak, voice_piper
from models.base import Voice
from models.errors import ModelError, TextNotInBankError, VoiceError
from models.manifest import manifest

AWAY_S = 60.0
"""A voice that failed is left alone for so long, unless no other one works."""
T = TypeVar("T")


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


def name_of(spec: str) -> str:
    """How the settings call a voice: the path of a Piper voice is not part of its name."""
    kind, _, which = spec.partition(":")
    return f"piper:{Path(which).stem}" if kind == "piper" else spec


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
class Seat:
    """One voice of the settings: open or not, and why and when it failed last."""

    spec: str
    voice: Voice | None = None
    trouble: str = ""
    failed_at: float = float("-inf")

    @property
    def recorded(self) -> bool:
        """Whether this is the commune's own bank."""
        return self.spec == BANK


class Choir:
    """Voices, best first. Belongs to one thread."""

    def __init__(self, specs: tuple[str, ...], opener: Callable[[str], Voice] = open_voice) -> None:
        self._seats = [Seat(spec) for spec in specs]
        self._open = opener
        self.speaker = ""
        self.passed_over = ""
        """Why the last text was not said by a better voice."""

    def put_bank(self, settings: voice_bank.Settings) -> None:
        """What is recorded by now."""
        for seat in self._seats:
            if seat.recorded:
                seat.voice, seat.trouble = None, ""
                if settings.prompts:
                    try:
                        seat.voice = voice_bank.setup(settings)
                    except ModelError as error:
                        seat.trouble = str(error)

    def perform(self, work: Callable[[Voice, Seat], T], wanted: str = "") -> T:
        """What ``work`` makes with the wanted voice, or else with the best one that can.

        A voice whose work ends in ModelError or BadClipError is passed over. Raises VoiceError with every voice's
        reason if none can, FinalError for a voice that is not in the settings.
        """
        failed: list[Seat] = []
        reasons = ["Chưa thu giọng của xã."] if wanted == BANK and not self._has_bank() else []
        for seat in self._in_order(wanted):
            try:
                made = work(self._opened(seat), seat)
            except TextNotInBankError as error:
                reasons.append(str(error))
                continue
            except (ModelError, BadClipError) as error:
                seat.trouble = str(error)
                failed.append(seat)
                continue
            self._put_away(failed)
            self.passed_over = " ".join([*reasons, *(one.trouble for one in failed)])
            seat.trouble = ""
            self.speaker = self.speaker if seat.recorded and self.speaker else _name(seat)
            return made
        self.speaker = ""
        raise VoiceError(" ".join([*reasons, *(seat.trouble for seat in failed)]) or "Chưa cài giọng đọc nào.")

    @property
    def troubles(self) -> str:
        """Why the better voices do not speak, for the health page."""
        return " ".join(seat.trouble for seat in self._seats if seat.trouble)

    def _has_bank(self) -> bool:
        return any(seat.recorded and seat.voice for seat in self._seats)

    def _opened(self, seat: Seat) -> Voice:
        if seat.voice is None:
            seat.voice = self._open(seat.spec)
        return seat.voice

    def _in_order(self, wanted: str) -> Iterable[Seat]:
        """The wanted one, then best first, those that failed lately last; a bank with nothing in it sits out."""
        now = time.monotonic()
        seats = [seat for seat in self._seats if not seat.recorded or seat.voice is not None]
        if wanted and wanted not in (name_of(seat.spec) for seat in self._seats):
            raise FinalError(f"Hộp này không có giọng “{wanted[:60]}”.")
        return sorted(seats, key=lambda seat: (name_of(seat.spec) != wanted, now - seat.failed_at < AWAY_S))

    @staticmethod
    def _put_away(failed: list[Seat]) -> None:
        """Another voice could say the same text: so it was not the text's fault."""
        for seat in failed:
            seat.failed_at = time.monotonic()


def _name(seat: Seat) -> str:
    return seat.voice.name if seat.voice else ""
