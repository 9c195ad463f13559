"""The recorded voice bank: what is to be said, what is recorded, and who speaks from it."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge.core.errors import FinalError
from edge.core.news import BankChanged
from edge.core.normalise_vi import SpokenText
from edge.core.speech import BANK, Style
from edge.core.voice_bank import Prompt
from edge.kernel.bus import Bus
from edge.kernel.wire.speech import BankPrompt
from edge.speech.intake import Intake
from edge.speech.service import SpeechService
from edge.store.bank import PromptRow, put_prompt, recorded_prompts
from edge.store.journal import Journal

log = logging.getLogger(__name__)

MOST_TRIED = 300
"""Characters of a sentence to try: a template with its blanks filled."""
REPLACED_S = 3600.0


class VoiceBank:
    """Hands the recorded prompts to every speech child, at the start and after each change."""

    def __init__(
        self,
        prompts: Sequence[Prompt],
        folder: Path,
        intake: Intake,
        journal: Journal,
        speeches: Sequence[SpeechService],
        read: Callable[[str], SpokenText],
        bus: Bus,
    ) -> None:
        """``read`` is how bulletins are read; the first of ``speeches`` says what people try."""
        self._prompts = {prompt.key: prompt for prompt in prompts}
        self._folder = folder
        self._intake = intake
        self._journal = journal
        self._speeches = speeches
        self._read = read
        self._bus = bus
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Hand out what is recorded, until cancelled."""
        while True:
            self._changed.clear()
            rows = await self._journal.record_surely(recorded_prompts)
            prompts = tuple(BankPrompt(row.words, row.sha256) for row in rows)
            for speech in self._speeches:
                await speech.put_bank(prompts)
            await asyncio.to_thread(self._sweep, {row.sha256 for row in rows})
            await self._changed.wait()

    async def prompts(self) -> dict[str, Any]:
        """Everything to record, and what is recorded of it: for the page."""
        rows = {row.key: row for row in await self._journal.record(recorded_prompts)}
        shown = [{"key": key, "words": one.words, "group": one.group} for key, one in self._prompts.items()]
        return {"prompts": [{**one, "recorded": _shown(rows.get(str(one["key"])))} for one in shown]}

    async def keep(self, key: str, upload: str, user: str, role: str) -> dict[str, Any]:
        """Make a brought file the recording of this prompt. Raises FinalError with what is wrong with it."""
        prompt = self._prompts.get(key)
        if prompt is None:
            self._intake.forget(upload)
            raise FinalError("Không có lời thu này trong danh sách của xã.")
        made = await self._intake.prompt(upload, prompt.words)
        figures = (made.sha256, made.bytes, made.ms, made.peak_db, made.rms_db)
        row = PromptRow(prompt.key, prompt.words, *figures, user, self._journal.clock.now().at_ms)
        await self._journal.record(lambda tx: put_prompt(tx, row, role))
        log.info("bank: %s recorded, %d ms", prompt.key, row.ms)
        self._changed.set()
        self._bus.publish(BankChanged())
        return {"recorded": _shown(row)}

    async def say(self, text: str) -> dict[str, Any]:
        """Speak a sentence from the bank, to hear it: a clip, whose voice it is, and why not the bank's own."""
        if len(text) > MOST_TRIED:
            raise FinalError(f"Câu thử dài {len(text)} ký tự, tối đa {MOST_TRIED}.")
        spoken = self._read(text)
        if not spoken.complete:
            raise FinalError("Không đọc được: " + ", ".join(bad.token for bad in spoken.unread)[:200])
        made = await self._speeches[0].render(spoken.spoken, Style(voice=BANK, chime=False))
        return {"clip": made.sha256, "ms": made.ms, "voice": made.voice, "why_not": made.passed_over}

    def _sweep(self, kept: set[str]) -> None:
        """Recordings that were replaced, an hour later: a child may be speaking from them, one may be coming in."""
        for path in self._folder.iterdir():
            if path.stem not in kept and time.time() - path.stat().st_mtime > REPLACED_S:
                path.unlink(missing_ok=True)


def _shown(row: PromptRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {name: value for name, value in asdict(row).items() if name not in {"key", "words", "bytes"}}
