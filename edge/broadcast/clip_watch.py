"""Whether the clips of what was approved still lie on the disk, whole: what was approved is what sounds (law 10).

A notice that lost a clip is not rendered again in silence: it becomes "cần duyệt lại", and people hear it again.
"""

import asyncio
import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from edge.core.errors import FinalError
from edge.core.news import BulletinChanged
from edge.core.speech import Clip
from edge.kernel.bus import Bus
from edge.kernel.file_hash import sha256_of
from edge.store.bulletins import CHANGED, bulletins_in, check_seal, get_bulletin, get_recording, set_state
from edge.store.journal import Journal, Tx
from edge.store.programmes import APPROVED

log = logging.getLogger(__name__)

EVERY_S = 3_600.0
PAUSE_S = 0.2
"""Between two notices: reading clips must not hold up a disk that has more urgent things to do."""
LOST = "Tệp âm thanh đã duyệt bị mất hoặc hỏng. Bấm “Đọc lại để duyệt”, nghe rồi duyệt lại."


class ClipWatch:
    """Looks once an hour, and whenever somebody is about to air."""

    def __init__(self, folder: Path, journal: Journal, bus: Bus) -> None:
        self._folder = folder
        self._journal = journal
        self._bus = bus

    async def run(self) -> None:
        """Look at every approved notice, slowly, until cancelled."""
        while True:
            for bulletin in await self._journal.record_surely(_watched):
                await self.check(bulletin)
                await asyncio.sleep(PAUSE_S)
            await asyncio.sleep(EVERY_S)

    async def check(self, bulletin: str) -> str:
        """Why it must be approved again (a clip is lost, or it is not what was approved); empty when all is well."""
        clips, sealed = await self._journal.record(partial(_clips, bulletin=bulletin))
        why = "" if sealed else CHANGED
        if sealed and not await self.are_whole(clips):
            why = LOST
        if why and await self._void(bulletin, why):
            log.error("bulletin %s must be approved again: %s", bulletin, why)
            self._bus.publish(BulletinChanged())
        return why

    async def _void(self, bulletin: str, why: str) -> bool:
        return await self._journal.record_surely(partial(_must_be_approved_again, bulletin=bulletin, why=why))

    async def are_whole(self, clips: Iterable[Clip]) -> bool:
        """Whether each of these files is there with the bytes of its name."""
        return await asyncio.to_thread(lambda: all(map(self._is_whole, clips)))

    def _is_whole(self, clip: Clip) -> bool:
        try:
            return sha256_of(self._folder / f"{clip.sha256}.opus") == clip.sha256
        except OSError:
            return False


def _watched(tx: Tx) -> list[str]:
    """What is approved and what the plan will air, oldest first."""
    planned = tx.run("SELECT DISTINCT ref FROM planned_airing WHERE state = 'planned' AND recording IS NOT NULL")
    return list(dict.fromkeys([*bulletins_in(tx, "approved"), *(ref for (ref,) in planned.fetchall())]))


def _clips(tx: Tx, bulletin: str) -> tuple[tuple[Clip, ...], bool]:
    """Its clips, and whether it was approved just so; what nobody approved yet is not judged."""
    row = get_bulletin(tx, bulletin)
    if row.recording is None or row.state not in APPROVED:
        return (), True
    try:
        check_seal(tx, bulletin)
        return get_recording(tx, row.recording).clips, True
    except FinalError:
        return (), False


def _must_be_approved_again(tx: Tx, bulletin: str, why: str) -> bool:
    """True when it moved; what sounds or waits now is left: its nodes verify every clip before they play it."""
    if get_bulletin(tx, bulletin).state not in APPROVED - {"airing", "queued"}:
        return False
    tx.run("UPDATE bulletin SET approver = NULL, seal = '' WHERE id = ?", bulletin)
    set_state(tx, bulletin, "reapprove", why)
    tx.deed("hộp", "box", "bulletin.void", f"{bulletin} {why}")
    return True
