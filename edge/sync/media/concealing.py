"""What of a file may leave the commune: a still goes as a copy with masks and people hidden, made by a child."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from edge.core.errors import FinalError
from edge.kernel.errand import run_errand
from edge.kernel.wire.export import BlurSetup, Conceal, ConcealDone, FromExport, JobFailed
from edge.kernel.wire.vision import Outline
from edge.store.media_queue import Upload

OUTGOING = "media/outgoing"
DEADLINE_S = 90.0
"""Finding people in five parts of a picture takes a second on a slow board; loading the model ten."""
BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Privacy:
    """The masks of each camera, whether people are hidden on stills, and how they are found."""

    blur: BlurSetup
    people: bool = True
    masks: Mapping[str, tuple[Outline, ...]] = field(default_factory=dict)

    def hides(self, upload: Upload) -> bool:
        """Whether this file may only go as a copy. Films were hidden when they were cut; reports show nobody."""
        return upload.kind == "still" and (self.people or bool(self.masks.get(upload.camera)))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What will be sent: a copy below the data folder, or the file itself."""

    copy: str | None
    sha256: str
    bytes: int


async def prepare(data: Path, upload: Upload, privacy: Privacy) -> Prepared:
    """Make the copy that may leave, or hash the file. Raises FileNotFoundError, FinalError or TransientError."""
    original = await asyncio.to_thread(_inside, data, upload.path)
    if not privacy.hides(upload):
        return await asyncio.to_thread(_hashed, original)
    copy = f"{OUTGOING}/{upload.id}.jpg"
    masks = privacy.masks.get(upload.camera, ())
    blur = msgspec.structs.replace(privacy.blur, masks=masks)
    kind: Any = FromExport  # a union is a type to msgspec
    job = Conceal(str(original), str((data / copy).resolve()), blur, privacy.people)
    answer = await run_errand("edge.workers.export", job, kind, DEADLINE_S)
    if isinstance(answer, JobFailed):
        raise FinalError(answer.reason)
    assert isinstance(answer, ConcealDone), f"{type(answer).__name__} is no answer to Conceal"
    return Prepared(copy, answer.sha256, answer.bytes)


def clear_outgoing(data: Path, needed: set[str]) -> None:
    """Delete copies that nobody needs any more. Blocking."""
    folder = data / OUTGOING
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if f"{OUTGOING}/{path.name}" not in needed:
            path.unlink(missing_ok=True)


def _inside(data: Path, path: str) -> Path:
    """The file; raises FinalError when its name leads elsewhere, FileNotFoundError when there is none."""
    folder, original = data.resolve(), (data / path).resolve()
    if not original.is_relative_to(folder):
        raise FinalError("Tên tệp dẫn ra ngoài thư mục dữ liệu.")
    if not original.is_file():
        raise FileNotFoundError(original)
    return original


def _hashed(path: Path) -> Prepared:
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
            size += len(block)
    return Prepared(None, found.hexdigest(), size)
