"""Renders one job after another; belongs to the rendering thread."""

import logging
from pathlib import Path

from edge.core.errors import MolangError
from edge.core.speech import Clip
from edge.kernel.wire.speech import Render, Rendered, RenderFailed, SpeechHealth, SpeechSetup
from edge.workers.speech.clip import composed, store_clip
from edge.workers.speech.verdict import check_length, has_words
from edge.workers.speech.voices import Choir, Spoken
from edge.workers.speech.wave import from_pcm, trimmed
from models.errors import ModelError

log = logging.getLogger(__name__)

_TRIAL = "Xin chào bà con"


class Studio:
    """A choir and a folder."""

    def __init__(self, setup: SpeechSetup) -> None:
        self._folder = Path(setup.clips_folder)
        self._speed = setup.speed
        self._name = setup.name
        self._choir = Choir(setup.voices)

    def health(self) -> SpeechHealth:
        """Which voice speaks now, and why no better one does."""
        return SpeechHealth(self._choir.speaker, self._choir.troubles)

    def try_voices(self) -> None:
        """Open the first voice that works: the first job must not wait for it."""
        try:
            self._choir.speak(_TRIAL, self._speed)
        except ModelError as error:
            log.error("no voice works: %s", error)  # noqa: TRY400 - the sentence says it all

    def render(self, job: Render) -> Rendered | RenderFailed:
        """A checked clip, or the reason why there is none; never raises our own errors."""
        if not has_words(job.spoken):
            return RenderFailed(job.job, "Văn bản không có chữ nào để đọc.")
        try:
            spoken = self._choir.speak(job.spoken, self._speed)
            clip = self._clip(job, spoken)
        except (ModelError, MolangError) as error:
            return RenderFailed(job.job, str(error))
        figures = (clip.sha256, clip.bytes, clip.ms, clip.peak_db, clip.rms_db)
        return Rendered(job.job, *figures, spoken.voice, spoken.model_sha256)

    def _clip(self, job: Render, spoken: Spoken) -> Clip:
        speech = trimmed(from_pcm(spoken.pcm, spoken.rate_hz))
        check_length(job.spoken, self._speed, speech)
        return store_clip(self._folder, self._name, job.job, composed(speech, with_chime=job.chime))
