"""Having a span cut: the job is made here and done by a child process that lives for it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from edge.core.errors import FinalError
from edge.core.privacy import Areas
from edge.core.recording import Span
from edge.kernel.errand import run_errand
from edge.kernel.wire.export import BlurSetup, Cut, CutDone, FromExport, Heal, HealDone, JobFailed, Piece
from edge.kernel.wire.vision import Outline
from edge.store.reader import Reader
from edge.store.timeline import recordings

LOOK_S = 1.0
"""How often those who cut look for work."""
COPY_S, COPY_SHARE = 60.0, 0.1
BLUR_S, BLUR_SHARE = 120.0, 20.0
"""Deadlines: so long, and so many times the span. Blurring a 1080p picture takes 0.2 s on a slow board."""
Answer = TypeVar("Answer", CutDone, HealDone)
NO_PICTURE = "Không có bản ghi nào của camera này trong khoảng thời gian đó."


@dataclass(frozen=True, slots=True)
class Workshop:
    """What cutting needs to know of the box: names for the note; how people are blurred, and each camera's masks."""

    media_folder: Path
    commune: str
    names: Mapping[str, str]
    blur: BlurSetup
    masks: Mapping[str, tuple[Outline, ...]]
    private: Callable[[str], Areas] = lambda _camera: ()

    def blur_of(self, camera: str) -> BlurSetup:
        """How this camera's pictures are blurred."""
        return msgspec.structs.replace(self.blur, masks=(*self.masks.get(camera, ()), *self.private(camera)))


async def cut(reader: Reader, folder: Path, span: Span, out: str, blur: BlurSetup | None = None) -> CutDone:
    """Have a span written to ``out`` below the media folder.

    Raises FinalError when there is nothing to cut or it cannot be done, TransientError when the child died.
    """
    rows = await asyncio.to_thread(recordings, reader, span.camera, span.since_ms, span.until_ms)
    if not rows:
        raise FinalError(NO_PICTURE)
    pieces = tuple(Piece(row["path"], row["began_ms"]) for row in rows)
    job = Cut(str(folder), pieces, span.since_ms, span.until_ms, out, blur)
    deadline_s = (BLUR_S + BLUR_SHARE * span.ms / 1000) if blur else (COPY_S + COPY_SHARE * span.ms / 1000)
    return await errand(job, CutDone, deadline_s)


async def errand(job: Cut | Heal, wanted: type[Answer], deadline_s: float) -> Answer:
    """One job of the export child; raises FinalError with its reason when it cannot be done."""
    kind: Any = FromExport  # a union is a type to msgspec
    answer = await run_errand("edge.workers.export", job, kind, deadline_s)
    if isinstance(answer, JobFailed):
        raise FinalError(answer.reason)
    assert isinstance(answer, wanted), f"{type(answer).__name__} is no answer to {type(job).__name__}"
    return answer
