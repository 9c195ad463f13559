"""Whether the clips of what was approved still lie on the disk, whole: what was approved is what sounds (law 10).

A notice that lost a clip is not rendered again in silence: it becomes "cần duyệt lại", and people hear it again.
"""

import asyncio
import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from edge.core.news import BulletinChanged
from edge.core.speech import Clip
from edge.kernel.bus import Bus
from edge.kernel.file_hash import sha256_of
from edge.store.bulletins import bulletins_in, get_bulletin, get_recording, set_state
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)

EVERY_S = 3_600.0
PAUSE_S = 0.2
"""Between two notices: reading clips must not hold up a disk that has more urgent things to do."""
LOST = "Tệp âm thanh đã duyệt bị mất hoặc hỏng: hãy lưu lại để máy đọc lại, nghe và duyệt lại."


class ClipWatch:
    """Looks once an hour, and whenever somebody is about to air."""

    def __init__(self, folder: Path, journal: Journal, bus: Bus) -> None:
        self._folder = folder
        self._journal = journal
        self._bus = bus

    async def run(self) -> None:
        """Look at every approved notice, slowly, until cancelled."""
        while True:
            for bulletin in await self._journal.record_surely(partial(bulletins_in, state="approved")):
                await self.check(bulletin)
                await asyncio.sleep(PAUSE_S)
            await asyncio.sleep(EVERY_S)

    async def check(self, bulletin: str) -> bool:
        """False when a clip of it is lost; then it waits for approval again."""
        clips = await self._journal.record(partial(_clips, bulletin=bulletin))
        if await self.are_whole(clips):
            return True
        log.error("bulletin %s has lost a clip", bulletin)
        await self._journal.record_surely(partial(_must_be_approved_again, bulletin=bulletin))
        self._bus.publish(BulletinChanged())
        return False

    async def are_whole(self, clips: Iterable[Clip]) -> bool:
        """Whether each of these files is there with the bytes of its name."""
        return await asyncio.to_thread(lambda: all(map(self._is_whole, clips)))

    def _is_whole(self, clip: Clip) -> bool:
        try:
            return sha256_of(self._folder / f"{clip.sha256}.opus") == clip.sha256
        except OSError:
            return False


def _clips(tx: Tx, bulletin: str) -> tuple[Clip, ...]:
    row = get_bulletin(tx, bulletin)
    return get_recording(tx, row.recording).clips if row.recording else ()


def _must_be_approved_again(tx: Tx, bulletin: str) -> None:
    if get_bulletin(tx, bulletin).state in ("approved", "aired", "stopped"):
        tx.run("UPDATE bulletin SET approver = NULL WHERE id = ?", bulletin)
        set_state(tx, bulletin, "reapprove", LOST)
        tx.deed("hộp", "box", "bulletin.lost_clip", bulletin)
