"""Carries out what retention decides: makes room before the quota is full, deletes what is over its time."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from edge.core.errors import TransientError
from edge.core.moment import ClockState, Moment
from edge.core.news import RecordingsChanged, ServiceChanged
from edge.core.policy.retention import Kind, Piece, bytes_to_free, cutoff_ms, disk_is_full, first_out
from edge.kernel.bus import Bus
from edge.recording.disk import MediaDisk
from edge.store.journal import Journal
from edge.store.reader import Reader
from edge.store.recordings import end_pins, forget
from edge.store.retention import cameras, heads, indexed_bytes, over_time

log = logging.getLogger(__name__)

MOST_A_TICK = 200
"""Files deleted before others get a turn: some 10 ms on a slow card."""
NAME = "recording"
DISK_FULL = "Đĩa gần đầy vì thứ khác: bản ghi cũ bị xoá sớm hơn hạn mức để còn chỗ."
CANNOT_DELETE = "Không xoá được bản ghi cũ: {}."
ALL_PINNED = "Hạn mức đã đầy mà bản ghi còn lại đều được ghim."


@dataclass(frozen=True, slots=True)
class Limits:
    """The two limits of the config; a camera that is in no config any more has the shortest time of all."""

    quota_bytes: int
    days: Mapping[str, int]

    def days_of(self, camera: str) -> int:
        """How long pictures of this camera may lie there."""
        return self.days.get(camera, min(self.days.values(), default=0))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What goes now, and what is wrong (empty: nothing)."""

    going: list[Piece]
    trouble: str


class Keeper:
    """Knows how much is there and keeps it below the limits. ``turn`` is held while anything is deleted or pinned."""

    def __init__(self, limits: Limits, disk: MediaDisk, reader: Reader, journal: Journal, bus: Bus) -> None:
        self.limits = limits
        self.turn = asyncio.Lock()
        self.used_bytes = 0
        self.failing = ""
        self._disk = disk
        self._reader = reader
        self._journal = journal
        self._bus = bus
        self._newest: dict[str, int] = {}

    async def count(self) -> None:
        """Count what is there."""
        async with self.turn:
            self.used_bytes = await asyncio.to_thread(self._count)

    def add(self, camera: str, size: int, more: int) -> None:
        """A segment of a camera, ``more`` bytes of it new; its next one is being written and will be about as large."""
        self.used_bytes += more
        self._newest[camera] = size

    def add_file(self, size: int) -> None:
        """One more clip or export."""
        self.used_bytes += size

    @property
    def too_full(self) -> bool:
        """Whether something must go now."""
        return self.used_bytes + sum(self._newest.values()) > self.limits.quota_bytes

    async def tidy(self) -> bool:
        """Delete what must go, at most MOST_A_TICK pieces; True when something went, so that more may have to."""
        async with self.turn:
            now = self._journal.clock.now()
            trusted = now.clock is not ClockState.FLOOR  # without a clock nothing is too old, and no pin is over
            plan = await asyncio.to_thread(self._plan, now, by_days=trusted)
            gone = await self._delete(plan.going) if plan.going else 0
            if trusted:
                with contextlib.suppress(TransientError):  # a full disk takes no row; what was deleted now makes room
                    await self._journal.record(end_pins)
        self._say(CANNOT_DELETE.format(self._disk.refuses) if self._disk.refuses else plan.trouble)
        if gone:
            self._bus.publish(RecordingsChanged())
        return gone > 0

    def _count(self) -> int:
        return indexed_bytes(self._reader) + self._disk.bytes_beside_index()

    def _plan(self, now: Moment, *, by_days: bool) -> _Plan:
        """What is over its time goes before what is in the way."""
        old = self._over_time(now.at_ms)[:MOST_A_TICK] if by_days else []
        load = self._disk.load(self.used_bytes, sum(self._newest.values()))
        wanted = bytes_to_free(self.limits.quota_bytes, load)
        going = old or (self._first_out(wanted, now.at_ms) if wanted else [])
        if disk_is_full(load):
            return _Plan(going, DISK_FULL)
        return _Plan(going, ALL_PINNED if wanted and not going else "")

    def _over_time(self, now_ms: int) -> list[Piece]:
        old: list[Piece] = []
        for camera in cameras(self._reader):
            cutoff = cutoff_ms(self.limits.days_of(camera), now_ms)
            old += over_time(self._reader, camera, cutoff, now_ms, MOST_A_TICK)
        return old

    def _first_out(self, wanted: int, now_ms: int) -> list[Piece]:
        lists = [self._sized(head) for head in heads(self._reader, now_ms, MOST_A_TICK)]
        return first_out(lists, wanted, now_ms, MOST_A_TICK)

    def _sized(self, pieces: Sequence[Piece]) -> Sequence[Piece]:
        if not pieces or pieces[0].kind is not Kind.MEDIA:
            return pieces
        sizes = self._disk.sizes(pieces)
        return [replace(piece, bytes=sizes[piece.id]) for piece in pieces]

    async def _delete(self, going: Sequence[Piece]) -> int:
        """Files first, rows after: what a power cut leaves are rows without a file, which the next start drops."""
        gone = await asyncio.to_thread(self._disk.remove, going)
        pieces = [piece for piece, _ in gone]
        await self._journal.record_surely(lambda tx: forget(tx, pieces))
        freed = sum(piece.bytes if piece.kind is Kind.SEGMENT else size for piece, size in gone)
        self.used_bytes = max(self.used_bytes - freed, 0)
        return len(gone)

    def _say(self, trouble: str) -> None:
        """A trouble is told once, its end once."""
        if trouble == self.failing:
            return
        log.log(logging.WARNING if trouble else logging.INFO, "recordings: %s", trouble or "all is well again")
        self.failing = trouble
        self._bus.publish(ServiceChanged(NAME, "down" if trouble else "up", trouble, 0))
