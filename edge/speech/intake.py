"""Files that people bring: found in the spool folder by their id, taken in by a process of their own, then gone."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

from edge.core.errors import FinalError
from edge.core.speech import Clip, Sha256
from edge.kernel.errand import run_errand
from edge.kernel.wire.speech import Band, FromIntake, TakeClip, TakeFailed, Taken, TakePrompt

log = logging.getLogger(__name__)

PROMPT_DEADLINE_S = 30.0
CLIP_DEADLINE_S = 900.0
"""Thirty minutes of music take one and a half on a busy x86 core; a Raspberry Pi is four times slower."""
AT_ONCE = 2
FORGOTTEN_S = 24 * 3600.0
SWEEP_EVERY_S = 3600.0


class Intake:
    """Where brought files wait (``spool``, written by the web process) and what becomes of them."""

    def __init__(self, spool: Path, clips: Path, bank: Path, band: Band) -> None:
        self._spool = spool
        self._clips = clips
        self._bank = bank
        self._band = band
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Throw away what nobody asked for, for ever."""
        while True:
            await asyncio.to_thread(self._sweep)
            await asyncio.sleep(SWEEP_EVERY_S)

    async def prompt(self, upload: str, words: str) -> Taken:
        """A checked prompt of the voice bank. Raises FinalError with what is wrong, TransientError to try again."""
        source = self.waiting(upload)
        try:
            return await self._take(TakePrompt(str(source), words, str(self._bank), self._band), PROMPT_DEADLINE_S)
        finally:
            source.unlink(missing_ok=True)

    async def clip(self, upload: str) -> Clip:
        """A checked clip. The file stays until ``forget``: a box that stops meanwhile goes on afterwards."""
        source = self.waiting(upload)
        made = await self._take(TakeClip(str(source), str(self._clips), self._band), CLIP_DEADLINE_S)
        return Clip(Sha256(made.sha256), made.bytes, made.ms, made.peak_db, made.rms_db)

    def forget(self, upload: str) -> None:
        """It is settled."""
        (self._spool / upload).unlink(missing_ok=True)

    def waiting(self, upload: str) -> Path:
        """The brought file; raises FinalError when it is not there. ``upload`` is a UUID: its form was checked."""
        path = self._spool / upload
        if not path.is_file():
            raise FinalError("Tệp tải lên không còn: hãy tải lên lại.")
        return path

    async def _take(self, job: TakePrompt | TakeClip, deadline_s: float) -> Taken:
        kind: Any = FromIntake  # a union is a type to msgspec
        async with self._at_once:
            answer = await run_errand("edge.workers.speech.intake", job, kind, deadline_s)
        if isinstance(answer, TakeFailed):
            raise FinalError(answer.reason)
        assert isinstance(answer, Taken), f"{type(answer).__name__} is no answer to {type(job).__name__}"
        return answer

    def _sweep(self) -> None:
        for path in self._spool.iterdir():
            if time.time() - path.stat().st_mtime > FORGOTTEN_S:
                log.info("brought file %s was forgotten for a day", path.name)
                path.unlink(missing_ok=True)
