"""The real services of sound behind the pages: voice bank, intake, uploads, speech, over the stage's own database."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.broadcast.uploads import Uploads
from edge.control.handlers.sounds import sound_handlers
from edge.control.server import Handler
from edge.core.normalise_vi import Accent, normalise
from edge.core.voice_bank import Prompt, prompts_of
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.wire.speech import Band
from edge.speech.bank import VoiceBank
from edge.speech.intake import Intake
from edge.speech.service import SpeechService
from edge.store.journal import Journal
from edge.store.reader import Reader

NAMES = ("Thôn Đông", "Thôn Tây", "Bản Chợ", "Thôn Trung", "sông Kiến Giang")
TEMPLATES = (
    "Báo động {level}. Mực nước tại {station} là {value}, lúc {time}. "
    "Bà con vùng trũng đưa người già, trẻ em và tài sản lên chỗ cao.",
    "Chú ý. Có người lạ trong khu vực {place}, {hamlet}. Đề nghị tổ trực kiểm tra ngay.",
)


@dataclass
class Sounds:
    """What runs."""

    handlers: dict[type, Handler]
    bank: VoiceBank
    uploads: Uploads
    intake: Intake
    speech: SpeechService
    journal: Journal
    reader: Reader
    spool: Path


@contextlib.asynccontextmanager
async def sounds(folder: Path, prompts: Sequence[Prompt] | None = None) -> AsyncIterator[Sounds]:
    """Services that keep their things below ``folder``, as a box does below its data folder."""
    for name in ("clips", "bank", "spool"):
        (folder / name).mkdir(exist_ok=True, mode=0o700)
    journal, bus = await Journal.open(folder / "molang.db", SystemClock()), Bus()
    voices = ("bank", "espeak:vi")
    speech = SpeechService(voices, 1.0, folder / "clips", bus, bank_folder=str(folder / "bank"))
    intake = Intake(folder / "spool", folder / "clips", folder / "bank", Band())
    wanted = prompts_of(NAMES, TEMPLATES, Accent.NORTH, normalise) if prompts is None else prompts
    bank = VoiceBank(wanted, folder / "bank", intake, journal, (speech,), normalise, bus)
    uploads = Uploads(intake, journal, bus, ["thon-dong", "thon-tay"])
    running = [asyncio.create_task(part.run()) for part in (speech, intake, bank, uploads)]
    reader = Reader(folder / "molang.db")
    try:
        handlers = sound_handlers(bank, uploads)
        yield Sounds(handlers, bank, uploads, intake, speech, journal, reader, folder / "spool")
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        reader.close()
        journal.close()
