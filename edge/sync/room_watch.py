"""Watches how much room the box has: tells the wall, makes an incident of red, closes lanes, lays the reserve anew."""

import asyncio
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge.core.errors import MolangError, TransientError
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.news import RoomChanged
from edge.core.policy.lanes import closed_lanes
from edge.core.policy.room import ENOUGH, Filled, Level, Room, judge
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.keep_running import keep_running
from edge.store.ballast import give_first, is_kept, keep_ballast
from edge.store.journal import Journal
from edge.store.outbox_room import database_bytes

log = logging.getLogger(__name__)

LOOK_S = 2.0
GLANCE_S = 0.25
"""At the disk alone: a clip that is being made should still find room."""
RESERVE_S = 5.0
"""The reserve is tried anew at most so often."""
SUBJECT = "room/red"
PLACE = "Phòng trực"


class RoomWatch:
    """``room`` is how it stands. ``media`` tells used and quota bytes and what recording complains of."""

    def __init__(
        self, folder: Path, journal: Journal, bus: Bus, desk: IncidentDesk, media: Callable[[], tuple[int, int, str]]
    ) -> None:
        self._folder = folder
        self._journal = journal
        self._bus = bus
        self._desk = desk
        self._media = media
        self._filled = Filled(0, 1, 0, 1, reserve=True)
        self._told: bool | None = None
        self._laid_s = float("-inf")
        self.room = ENOUGH

    def level(self) -> Level:
        """How short room is for the store."""
        return self.room.store

    def section(self) -> dict[str, Any]:
        """For the wall (docs/ref/state.md)."""
        filled, (used, quota, _) = self._filled, self._media()
        return {
            "level": self.room.level,
            "reason": self.room.reason,
            "sentence": self.room.sentence,
            "database": {"used_bytes": filled.database_bytes, "quota_bytes": filled.database_quota_bytes},
            "media": {"used_bytes": used, "quota_bytes": quota},
            "disk": {"free_bytes": filled.disk_free_bytes, "bytes": filled.disk_bytes},
            "reserve": filled.reserve,
        }

    async def run(self) -> None:
        """Watch until cancelled."""
        await keep_running("room", self._watch)

    async def _watch(self) -> None:
        looked_s = float("-inf")
        while True:
            given = give_first(self._folder)
            if given or self._journal.clock.steady() - looked_s >= LOOK_S:
                await self.look()
                looked_s = self._journal.clock.steady()
            await asyncio.sleep(GLANCE_S)

    async def look(self) -> Room:
        """Look once, and tell whoever must know; how it stands now."""
        self._filled = await self._measure()
        room = judge(self._filled, self.room.store)
        self._journal.closed_lanes = closed_lanes(room.store)
        if room.level is not self.room.level:
            log.log(logging.INFO if room.level is Level.GREEN else logging.WARNING, "room: %s", room.sentence)
        changed, self.room = room != self.room, room
        if changed:
            self._bus.publish(RoomChanged())
        await self._tell_people()
        return room

    async def _measure(self) -> Filled:
        held, most = await self._journal.with_connection(database_bytes)
        disk = shutil.disk_usage(self._folder)
        failing = self._media()[2]
        return Filled(held, most, disk.free, disk.total, await self._reserve(), self._journal.fault, failing)

    async def _reserve(self) -> bool:
        """Whether it lies there; where there is plenty of room again it is laid anew."""
        if is_kept(self._folder):
            return True
        now_s = self._journal.clock.steady()
        if now_s - self._laid_s < RESERVE_S:
            return False
        self._laid_s = now_s
        return await asyncio.to_thread(keep_ballast, self._folder)

    async def _tell_people(self) -> None:
        """Red is an incident; a disk that takes nothing takes that neither, and so it is tried again."""
        red = self.room.level is Level.RED
        if red == self._told:
            return
        try:
            await (self._open() if red else self._desk.close(SUBJECT))
        except TransientError:
            return
        except MolangError as error:
            log.error("room: red cannot be told as an incident: %s", error)  # noqa: TRY400 - the sentence says it
        self._told = red

    async def _open(self) -> None:
        if self._told is None and SUBJECT in await self._desk.open_subjects():
            return
        now = self._journal.clock.now()
        incident = Incident(
            id=self._desk.new_id(),
            kind=IncidentKind.DEVICE,
            severity=Severity.SEVERE,
            subject=SUBJECT,
            place=PLACE,
            hamlet="",
            title=self.room.sentence,
            began_at_ms=now.at_ms,
        )
        await self._desk.open(incident, None, ())
