"""Mends what a power cut tore: a file is cut back to its last whole fragment, and then plays everywhere."""

import logging
import os
from pathlib import Path

import av

from edge.kernel.wire.export import Heal, HealDone, Healed
from edge.workers.export.boxes import whole_length
from edge.workers.export.packets import timed_packets

log = logging.getLogger(__name__)


def heal(job: Heal) -> HealDone:
    """Mend what can be mended of these files; those in which nothing plays are left out of the answer."""
    folder = Path(job.media_folder)
    found = (_heal(folder, path) for path in job.paths)
    return HealDone(tuple(healed for healed in found if healed is not None))


def _heal(folder: Path, name: str) -> Healed | None:
    path = folder / name
    try:
        whole = whole_length(path)
        if not whole:
            return None
        if whole < path.stat().st_size:
            _truncate(path, whole)
        return _look(path, name)
    except (OSError, av.error.FFmpegError) as error:
        log.warning("%s cannot be mended: %s", name, error)
        return None


def _truncate(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def _look(path: Path, name: str) -> Healed | None:
    ms = 0
    with av.open(str(path)) as source:
        video = source.streams.video[0]
        codec = video.codec_context
        for timed in timed_packets(source, 0):
            ms = max(ms, timed.at_ms + timed.lasts_ms)
        size = path.stat().st_size
        return Healed(name, ms, size, codec.name, codec.width, codec.height) if ms else None
