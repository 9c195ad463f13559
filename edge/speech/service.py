"""The supervisor's side of the speech child: text in, a checked clip out, with a deadline."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path

from edge.core.errors import FinalError, TransientError
from edge.core.news import ServiceChanged
from edge.core.speech import Clip, Sha256, Style
from edge.kernel.bus import Bus
from edge.kernel.children import Child, ChildHealth
from edge.kernel.wire.speech import FromSpeech, Render, Rendered, RenderFailed, SpeechHealth, SpeechSetup

RENDER_DEADLINE_S = 60.0
DEADLINE_S_PER_CHARACTER = 0.05
"""The child's own rule (edge/workers/speech): a long notice is not asked for again while it is being spoken."""
MAX_JOBS = 16
"""Overflow rule: a further request is refused and the person is told to try again."""


class SpeechService:
    """Owns the speech child and the jobs in its hands."""

    def __init__(
        self, voices: tuple[str, ...], speed: float, clips_folder: Path, bus: Bus, name: str = "speech"
    ) -> None:
        self._name = name
        self._setup = SpeechSetup(str(clips_folder), voices, speed, name)
        self._bus = bus
        self._jobs: dict[str, asyncio.Future[Rendered]] = {}
        self._lengths: dict[str, int] = {}
        self._numbers = itertools.count(1)
        self._child: Child[FromSpeech] = Child(
            name,
            "edge.workers.speech",
            FromSpeech,  # type: ignore[arg-type]  # a union is a type to msgspec
            greet=lambda child: child.send(self._setup),
            heard=self._heard,
            changed=self._changed,
        )

    async def run(self) -> None:
        """Keep the child running until cancelled."""
        await self._child.run()

    async def render(self, spoken: str, style: Style = Style()) -> Rendered:  # noqa: B008 - a frozen value
        """A checked clip of these words.

        Raises FinalError when they cannot be spoken, TransientError when the child is gone or too slow.
        """
        if len(self._jobs) >= MAX_JOBS:
            raise TransientError("Bộ đọc đang bận, xin thử lại sau ít giây.")
        job = f"{next(self._numbers)}"
        done: asyncio.Future[Rendered] = asyncio.get_running_loop().create_future()
        self._jobs[job], self._lengths[job] = done, len(spoken)
        deadline_s = RENDER_DEADLINE_S + DEADLINE_S_PER_CHARACTER * sum(self._lengths.values())
        try:
            await self._child.send(Render(job, spoken, chime=style.chime))
            async with asyncio.timeout(deadline_s):  # it also waits for those before it
                return await done
        except TimeoutError as cause:
            raise TransientError("Bộ đọc không trả lời trong thời hạn.") from cause
        finally:
            del self._jobs[job], self._lengths[job]

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


def clip_of(rendered: Rendered) -> Clip:
    """The clip as the store keeps it."""
    return Clip(Sha256(rendered.sha256), rendered.bytes, rendered.ms, rendered.peak_db, rendered.rms_db)
