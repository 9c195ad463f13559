"""Recordings as people use them: one method a button, each an audit line in the transaction of its effect (L5)."""

import asyncio
from collections.abc import Callable
from typing import Any

from edge.core.errors import FinalError
from edge.core.news import RecordingsChanged
from edge.core.policy.retention import may_pin
from edge.core.privacy import check_sight
from edge.core.recording import MOST_BLURRED_MS, MOST_EXPORTED_MS, MOST_PINNED_MS, MOST_VIEWED_MS, Span, Who
from edge.kernel.bus import Bus
from edge.recording.keeper import Keeper
from edge.store.exports import ask_export, take_export
from edge.store.journal import Journal
from edge.store.reader import Reader
from edge.store.recordings import add_pin, drop_pin, note_view
from edge.store.retention import pinned_bytes
from edge.store.timeline import recordings

HOUR_MS = 3_600_000
AHEAD_MS = 5000
"""A browser's clock may be so much ahead of ours."""
TOLD = ("id", "began_ms", "ended_ms", "motion", "importance", "bytes")


class RecordingDesk:
    """Answers the pages; what it promises is stored before it returns."""

    def __init__(
        self,
        keeper: Keeper,
        reader: Reader,
        journal: Journal,
        bus: Bus,
        covered: Callable[[str, int], bool] = lambda _camera, _at_ms: False,
    ) -> None:
        self._keeper = keeper
        self._reader = reader
        self._journal = journal
        self._bus = bus
        self._covered = covered

    async def view(self, span: Span, who: Who, why: str) -> list[dict[str, Any]]:
        """Write down who looks at what and why, then name the segments. At most three hours at a time."""
        _check(span, MOST_VIEWED_MS)
        check_sight(who.role, covered=self._covered(span.camera, span.since_ms))
        if span.until_ms > self._journal.clock.now().at_ms + AHEAD_MS:
            raise FinalError("Chỉ xem được đoạn đã ghi, không xin xem trước cho tương lai.")
        await self._journal.record(lambda tx: note_view(tx, span, who, why))
        rows = await self._segments(span)
        return [{name: row[name] for name in TOLD} for row in rows]

    async def pin(self, number: str, span: Span, who: Who, reason: str, days: int) -> None:
        """Keep a span beyond its retention. Raises FinalError when pins would leave recording too little room."""
        now_ms = self._journal.clock.now().at_ms
        _check(span, MOST_PINNED_MS)
        if span.until_ms > now_ms:
            raise FinalError("Chỉ ghim được đoạn đã ghi xong, không ghim trước cho tương lai.")
        async with self._keeper.turn:  # what is pinned now must not be among what is being deleted
            rows = await self._segments(span)
            held = await asyncio.to_thread(pinned_bytes, self._reader, now_ms)
            if not rows:
                raise FinalError("Không có bản ghi nào trong khoảng thời gian đó để ghim.")
            if not may_pin(held, sum(row["bytes"] for row in rows), self._keeper.limits.quota_bytes):
                raise FinalError("Các đoạn ghim sẽ chiếm quá nửa hạn mức ghi hình: hãy ghim ngắn hơn hoặc bỏ ghim cũ.")
            await self._journal.record(lambda tx: add_pin(tx, number, span, who, reason, days))
        self._bus.publish(RecordingsChanged())

    async def unpin(self, number: str, who: Who) -> None:
        """Let it go its way again."""
        await self._journal.record(lambda tx: drop_pin(tx, number, who))
        self._bus.publish(RecordingsChanged())

    async def export(self, number: str, span: Span, who: Who, reason: str, *, blur: bool) -> None:
        """Have a span cut into one file; done later, and told by RecordingsChanged."""
        _check(span, MOST_BLURRED_MS if blur else MOST_EXPORTED_MS)
        check_sight(who.role, covered=self._covered(span.camera, span.since_ms) and not blur)
        if not await self._segments(span):
            raise FinalError("Không có bản ghi nào trong khoảng thời gian đó để trích.")
        await self._journal.record(lambda tx: ask_export(tx, number, span, who, reason, blur=blur))
        self._bus.publish(RecordingsChanged())

    async def take(self, number: str, who: Who) -> dict[str, Any]:
        """Write down who takes a finished export, then say where it lies and how to call it."""
        span, taken = await self._journal.record(lambda tx: take_export(tx, number, who))
        name = f"{span.camera}-{span.since_ms // 1000}.mp4"
        return {"path": taken.path, "sha256": taken.sha256, "bytes": taken.bytes, "name": name}

    async def _segments(self, span: Span) -> list[dict[str, Any]]:
        return await asyncio.to_thread(recordings, self._reader, span.camera, span.since_ms, span.until_ms)


def _check(span: Span, most_ms: int) -> None:
    if span.ms <= 0:
        raise FinalError("Giờ kết thúc phải sau giờ bắt đầu.")
    if span.ms > most_ms:
        raise FinalError(f"Mỗi lần nhiều nhất {most_ms // HOUR_MS} giờ.")
