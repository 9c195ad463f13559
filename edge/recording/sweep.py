"""Makes index and disk agree after a start: whatever a power cut tore apart is adopted, mended or deleted."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import PurePath

from edge.core.recording import MOTION_SHARE
from edge.kernel.wire.export import Heal, HealDone, Healed
from edge.recording.cutting import errand
from edge.recording.disk import CLIPS, EXPORTS, STILLS, MediaDisk
from edge.recording.keeper import Keeper
from edge.store.journal import Journal
from edge.store.reader import Reader
from edge.store.recordings import Segment, drop_lost, keep_segment
from edge.store.retention import day_folders, kept_beside, paths_in

log = logging.getLogger(__name__)

BATCH = 200
HEAL_S = 300.0


@dataclass(frozen=True, slots=True)
class _Found:
    """Rows without a file, and files without a row: segments, and others that are only deleted."""

    lost: list[str]
    strays: list[str]
    rubbish: list[str]


async def sweep(disk: MediaDisk, reader: Reader, journal: Journal, keeper: Keeper, started_ms: int) -> None:
    """Once after the start. Files written since ``started_ms`` are somebody's work and are left alone."""
    found = await asyncio.to_thread(_look, disk, reader, started_ms)
    for batch in _batches(found.lost):
        await journal.record_surely(partial(drop_lost, paths=batch))
    await asyncio.to_thread(disk.delete, found.rubbish)
    adopted = 0
    for batch in _batches(found.strays):
        adopted += await _adopt(batch, disk, journal, keeper)
    if found.lost or found.strays or found.rubbish:
        log.warning(
            "recordings: %d rows had no file, %d files no row (%d play and are kept), %d other files deleted",
            *(len(found.lost), len(found.strays), adopted, len(found.rubbish)),
        )


def _look(disk: MediaDisk, reader: Reader, started_ms: int) -> _Found:
    lost: list[str] = []
    strays: list[str] = []
    for folder in sorted({*disk.day_folders(), *day_folders(reader)}):
        known = paths_in(reader, folder)
        there = {path.name for path in (disk.folder / folder).glob("*")} if known else set()
        lost += sorted(path for path in known if PurePath(path).name not in there)
        strays += [path for path in disk.files_before(folder, started_ms) if path not in known]
    named = kept_beside(reader)
    beside = [path for folder in (CLIPS, EXPORTS, STILLS) for path in disk.files_before(folder, started_ms)]
    foreign = [path for path in strays if began_ms(path) is None]
    rubbish = [path for path in beside if path not in named] + foreign
    return _Found(lost, [path for path in strays if began_ms(path) is not None], rubbish)


async def _adopt(paths: Sequence[str], disk: MediaDisk, journal: Journal, keeper: Keeper) -> int:
    """Mend what plays and take it into the index; nothing can be seen in the rest."""
    answer = await errand(Heal(str(disk.folder), tuple(paths)), HealDone, HEAL_S)
    for healed in answer.healed:
        segment = _segment(healed)
        more = await journal.record_surely(partial(keep_segment, segment=segment, objects=False))
        keeper.add_file(more)
    plays = {healed.path for healed in answer.healed}
    await asyncio.to_thread(disk.delete, [path for path in paths if path not in plays])
    return len(plays)


def _segment(healed: Healed) -> Segment:
    """What moved in it nobody knows any more: it counts as motion, not as nothing."""
    began = began_ms(healed.path)
    assert began is not None, "only files with a time for a name are mended"
    return Segment(
        camera=PurePath(healed.path).parts[1],
        path=healed.path,
        began_ms=began,
        ended_ms=began + healed.ms,
        bytes=healed.bytes,
        codec=healed.codec,
        width=healed.width,
        height=healed.height,
        motion=MOTION_SHARE,
    )


def began_ms(path: str) -> int | None:
    """When a segment began, by its name; None when it is no segment's name."""
    file = PurePath(path)
    return int(file.stem) if file.suffix == ".mp4" and file.stem.isdecimal() else None


def _batches(paths: Iterable[str]) -> Iterable[list[str]]:
    waiting = iter(paths)
    while batch := list(islice(waiting, BATCH)):
        yield batch
