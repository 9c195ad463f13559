"""The life of the speech child: one rendering thread, a bounded queue before it, and a loop that stays awake."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import msgspec

from edge.core.errors import FinalError
from edge.kernel.wire import Channel
from edge.kernel.wire.speech import (
    DEADLINE_S,
    BankPrompts,
    Render,
    RenderFailed,
    SpeechHealth,
    SpeechSetup,
    ToSpeech,
    render_deadline_s,
)
from edge.workers.lifeline import say_hello
from edge.workers.speech.clip import sweep
from edge.workers.speech.studio import Studio

log = logging.getLogger(__name__)

MOST_WAITING = 16
_Supervisor = Channel[ToSpeech, msgspec.Struct]
Result = TypeVar("Result")


async def serve(supervisor: _Supervisor) -> None:
    """Render until the supervisor is gone; raises FinalError when a rendering hangs, so that a new process starts."""
    setup = await supervisor.receive()
    if setup is None:
        return
    if not isinstance(setup, SpeechSetup):
        raise FinalError(f"Thông điệp đầu tiên là {type(setup).__name__}, phải là SpeechSetup.")
    sweep(Path(setup.clips_folder), setup.name)
    await say_hello(supervisor)
    jobs: asyncio.Queue[Render | BankPrompts] = asyncio.Queue(MOST_WAITING)
    async with asyncio.TaskGroup() as tasks:
        rendering = tasks.create_task(Rendering(supervisor, Studio(setup), jobs).run())
        async for message in supervisor:
            if isinstance(message, Render):
                await _queue(supervisor, jobs, message)
            elif isinstance(message, BankPrompts):
                await jobs.put(message)  # what was asked for before is spoken by the bank of that time
        rendering.cancel()


async def _queue(supervisor: _Supervisor, jobs: "asyncio.Queue[Render | BankPrompts]", job: Render) -> None:
    try:
        jobs.put_nowait(job)
    except asyncio.QueueFull:
        reason = f"Bộ đọc đang bận: {MOST_WAITING} văn bản đang chờ. Hãy thử lại sau."
        await supervisor.send(RenderFailed(job.job, reason))


class Rendering:
    """Takes jobs in their order, works in a thread, answers each exactly once."""

    def __init__(self, supervisor: _Supervisor, studio: Studio, jobs: "asyncio.Queue[Render | BankPrompts]") -> None:
        self._supervisor = supervisor
        self._studio = studio
        self._jobs = jobs
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="rendering")
        self._health: SpeechHealth | None = None

    async def run(self) -> None:
        """For ever."""
        await self._in_thread(self._studio.try_voices, DEADLINE_S)
        while True:
            await self._tell_health()
            await self._work(await self._jobs.get())

    async def _work(self, job: Render | BankPrompts) -> None:
        if isinstance(job, Render):
            await self._answer(job)
        else:
            await self._in_thread(lambda: self._studio.put_bank(job), DEADLINE_S)

    async def _answer(self, job: Render) -> None:
        deadline_s = render_deadline_s(job.spoken, job.times)
        try:
            answer = await self._in_thread(lambda: self._studio.render(job), deadline_s)
        except FinalError as hung:
            await self._supervisor.send(RenderFailed(job.job, str(hung)))
            raise
        await self._supervisor.send(answer)

    async def _tell_health(self) -> None:
        health = self._studio.health()
        if health == self._health:
            return
        self._health = health
        log.info("voice: %s %s", health.voice or "none", health.detail)
        await self._supervisor.send(health)

    async def _in_thread(self, work: Callable[[], Result], deadline_s: float) -> Result:
        try:
            async with asyncio.timeout(deadline_s):
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except TimeoutError as cause:
            raise FinalError(f"Giọng đọc không xong trong {deadline_s:.0f} giây; bộ đọc khởi động lại.") from cause
