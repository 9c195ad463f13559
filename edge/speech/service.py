"""The supervisor's side of the speech child: text in, a checked clip out, with a deadline."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from pathlib import Path

from edge.core.errors import FinalError, TransientError
from edge.core.languages import must_have_voice
from edge.core.news import ServiceChanged
from edge.core.speech import Clip, Sha256, Style, check_style
from edge.kernel.bus import Bus
from edge.kernel.children import Child, ChildHealth
from edge.kernel.wire.speech import (
    Band,
    BankPrompt,
    BankPrompts,
    FromSpeech,
    Render,
    Rendered,
    RenderFailed,
    SpeechHealth,
    SpeechSetup,
    render_deadline_s,
)

MAX_JOBS = 16
"""Overflow rule: a further request is refused and the person is told to try again."""
_PLAIN = Style()
_USUAL_BAND = Band()


class SpeechService:
    """Owns the speech child and the jobs in its hands."""

    def __init__(
        self,
        voices: tuple[str, ...],
        speed: float,
        clips_folder: Path,
        bus: Bus,
        name: str = "speech",
        *,
        bank_folder: str = "",
        band: Band = _USUAL_BAND,
    ) -> None:
        self._name = name
        self._setup = SpeechSetup(str(clips_folder), voices, speed, name, bank_folder, band)
        self._bank = BankPrompts(())
        self._bus = bus
        self._jobs: dict[str, asyncio.Future[Rendered]] = {}
        self._longest_s: dict[str, float] = {}
        self._numbers = itertools.count(1)
        self._child: Child[FromSpeech] = Child(
            name,
            "edge.workers.speech",
            FromSpeech,  # type: ignore[arg-type]  # a union is a type to msgspec
            greet=self._greet,
            heard=self._heard,
            changed=self._changed,
        )

    async def run(self) -> None:
        """Keep the child running until cancelled."""
        await self._child.run()

    async def put_bank(self, prompts: tuple[BankPrompt, ...]) -> None:
        """What is recorded of the commune's own voice; a child that starts later hears of it too."""
        self._bank = BankPrompts(prompts)
        with contextlib.suppress(TransientError):  # no child runs: the next one is told when it starts
            await self._child.send(self._bank)

    async def render(self, spoken: str, style: Style = _PLAIN) -> Rendered:
        """A checked clip of these words in this style.

        Raises FinalError when they cannot be spoken (an unknown voice, a language without one, a style out of bounds),
        TransientError when the child is gone or too slow.
        """
        check_style(style)
        must_have_voice(style.language)
        if len(self._jobs) >= MAX_JOBS:
            raise TransientError("Bộ đọc đang bận, xin thử lại sau ít giây.")
        job = f"{next(self._numbers)}"
        done: asyncio.Future[Rendered] = asyncio.get_running_loop().create_future()
        self._jobs[job], self._longest_s[job] = done, render_deadline_s(spoken, style.times)
        deadline_s = sum(self._longest_s.values())  # it also waits for those before it
        try:
            await self._child.send(_wish(job, spoken, style))
            async with asyncio.timeout(deadline_s):
                return await done
        except TimeoutError as cause:
            raise TransientError("Bộ đọc không trả lời trong thời hạn.") from cause
        finally:
            del self._jobs[job], self._longest_s[job]

    async def _greet(self, child: Child[FromSpeech]) -> None:
        await child.send(self._setup)
        await child.send(self._bank)

    def _changed(self, health: ChildHealth) -> None:
        if health.state == "down":
            self._fail_all(lambda: TransientError("Bộ đọc vừa dừng, xin thử lại."))
        self._bus.publish(ServiceChanged(self._name, health.state, health.detail, health.restarts))

    def _fail_all(self, error: Callable[[], Exception]) -> None:
        for done in self._jobs.values():
            if not done.done():
                done.set_exception(error())

    async def _heard(self, message: FromSpeech) -> None:
        if isinstance(message, SpeechHealth):
            state = "up" if message.voice else "down"
            self._bus.publish(ServiceChanged(self._name, state, message.detail or message.voice, 0))
            return
        done = self._jobs.get(getattr(message, "job", ""))
        if done is None or done.done():
            return
        if isinstance(message, Rendered):
            done.set_result(message)
        elif isinstance(message, RenderFailed):
            done.set_exception(FinalError(message.reason))


def _wish(job: str, spoken: str, style: Style) -> Render:
    framing = (style.chime, style.closing_chime, style.times, style.pause_s)
    return Render(job, spoken, *framing, style.voice, style.speed, style.joined)


def clip_of(rendered: Rendered) -> Clip:
    """The clip as the store keeps it."""
    return Clip(Sha256(rendered.sha256), rendered.bytes, rendered.ms, rendered.peak_db, rendered.rms_db)
