"""Renders one job after another; belongs to the rendering thread."""

import logging
import time
from pathlib import Path

from edge.core.errors import MolangError, TransientError
from edge.core.speech import Clip, Style
from edge.kernel.wire.speech import BankPrompts, Render, Rendered, RenderFailed, SpeechHealth, SpeechSetup
from edge.workers.speech.band import limited_to_band
from edge.workers.speech.clip import TAIL_S, Composition, store_clip
from edge.workers.speech.loudness import levelled
from edge.workers.speech.passages import passages, pause_after_s
from edge.workers.speech.reel import Reel
from edge.workers.speech.verdict import check_length, has_words
from edge.workers.speech.voices import Choir, Seat
from edge.workers.speech.wave import Wave, from_pcm, silence, trimmed
from models.backends import voice_bank
from models.base import Voice
from models.errors import ModelError

log = logging.getLogger(__name__)

ROOM_S = 1.0

_TRIAL = "xin chào bà con"


class Studio:
    """A choir and a folder."""

    def __init__(self, setup: SpeechSetup) -> None:
        self._folder = Path(setup.clips_folder)
        self._bank_folder = Path(setup.bank_folder)
        self._speed = setup.speed
        self._name = setup.name
        self._band = setup.band
        self._choir = Choir(setup.voices)

    def health(self) -> SpeechHealth:
        """Which voice speaks now, and why no better one does."""
        return SpeechHealth(self._choir.speaker, self._choir.troubles)

    def put_bank(self, bank: BankPrompts) -> None:
        """The commune's own voice as it is recorded by now."""
        prompts = tuple(voice_bank.Recorded(prompt.words, prompt.sha256) for prompt in bank.prompts)
        self._choir.put_bank(voice_bank.Settings(self._bank_folder, prompts))

    def try_voices(self) -> None:
        """Open the first voice that works: the first job must not wait for it."""
        try:
            self._choir.perform(lambda voice, _: voice.speak(_TRIAL, self._speed))
        except ModelError as error:
            log.error("no voice works: %s", error)  # noqa: TRY400 - the sentence says it all

    def render(self, job: Render) -> Rendered | RenderFailed:
        """A checked clip, or the reason why there is none; never raises our own errors."""
        if not has_words(job.spoken):
            return RenderFailed(job.job, "Văn bản không có chữ nào để đọc.")
        try:
            return self._rendered_in_the_end(job)
        except (ModelError, MolangError) as error:
            return RenderFailed(job.job, str(error))

    def _rendered_in_the_end(self, job: Render) -> Rendered:
        """A disk that refuses is asked once more: the box gives up what it holds back as soon as it is full."""
        try:
            return self._rendered(job)
        except TransientError as error:
            log.warning("the disk refuses a clip, trying again in %.0f s: %s", ROOM_S, error)
        time.sleep(ROOM_S)
        return self._rendered(job)

    def _rendered(self, job: Render) -> Rendered:
        pieces = passages(job.spoken)
        speed = job.speed or self._speed
        with Reel(self._folder) as message:
            name, model = self._choir.perform(
                lambda voice, seat: self._say(pieces, speed, message, voice, seat), job.voice
            )
            clip = self._clip(job, message, pieces[-1])
        figures = (clip.sha256, clip.bytes, clip.ms, clip.peak_db, clip.rms_db)
        return Rendered(job.job, *figures, name, model, self._choir.passed_over)

    def _say(self, pieces: list[str], speed: float, message: Reel, voice: Voice, seat: Seat) -> tuple[str, str]:
        """All of it by one voice; who it was."""
        message.clear()
        for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
            message.add(self._spoken(piece, speed, voice, seat))
            if following:
                message.add(silence(pause_after_s(piece)))
        return voice.name, voice.model_sha256

    def _spoken(self, piece: str, speed: float, voice: Voice, seat: Seat) -> Wave:
        """One passage as loud as all others, in the band of horns, checked."""
        speech = trimmed(from_pcm(voice.speak(piece, speed), voice.sample_rate_hz))
        if not seat.recorded:  # each of its prompts was checked when it was recorded
            check_length(piece, speed, speech)
        return levelled(limited_to_band(speech, self._band.low_hz, self._band.high_hz))

    def _clip(self, job: Render, message: Reel, last: str) -> Clip:
        style = Style("", 0.0, job.chime, job.closing_chime, job.times, job.pause_s)
        whole = Composition(message, style, pause_after_s(last) if job.joined else TAIL_S)
        return store_clip(self._folder, self._name, job.job, whole.waves(), whole.expected())
