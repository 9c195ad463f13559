"""The log of shifts: who hands over to whom, with notes, and with what is open then, filled in by itself."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from edge.control.protocol import GetMatters, HandOver, TakeOver
from edge.core.handover import Matter, open_matters
from edge.store.handovers import hand_over, take_over
from edge.store.journal import Journal, Tx
from edge.store.person_requests import due_counts

Sections = Mapping[str, Callable[[], Any]]
SEEN = (
    "incidents",
    "bulletins",
    "horns",
    "cameras",
    "gauges",
    "flood",
    "uplink",
    "phones",
    "room",
    "power",
    "services",
)


class Shifts:
    """``sections`` are those of the wall: what the officer sees is what is written down."""

    def __init__(self, sections: Sections, journal: Journal) -> None:
        self._sections = sections
        self._journal = journal

    async def matters(self, request: GetMatters) -> dict[str, Any]:
        """What is open now."""
        return {"matters": [asdict(matter) for matter in await self._open()]}

    async def hand_over(self, request: HandOver) -> dict[str, Any]:
        """Keep notes and matters; whoever comes takes over."""
        rows = json.dumps([asdict(matter) for matter in await self._open()], ensure_ascii=False)
        kept = partial(hand_over, number=request.id, notes=request.notes, matters=rows)
        await self._journal.record(partial(kept, user=request.user, role=request.role))
        return {}

    async def take_over(self, request: TakeOver) -> dict[str, Any]:
        """Raises FinalError when it is one's own, or taken."""
        await self._journal.record(partial(_taken, request=request))
        return {}

    async def _open(self) -> list[Matter]:
        now_ms = self._journal.clock.now().at_ms
        state = {name: self._sections[name]() for name in SEEN if name in self._sections}
        return [*await self._journal.with_connection(partial(_from_books, now_ms=now_ms)), *open_matters(state, now_ms)]


def _taken(tx: Tx, request: TakeOver) -> None:
    take_over(tx, request.id, request.note, request.user, request.role)


def _from_books(connection: sqlite3.Connection, now_ms: int) -> list[Matter]:
    """What is in no section of the wall: deadlines of persons, and what residents wait to hear."""
    waiting, late = due_counts(connection, now_ms)
    found = []
    if waiting:
        words = f"{waiting} yêu cầu về dữ liệu cá nhân chưa trả lời"
        weight = 3 if late else 2
        found.append(Matter("request", f"{words}, {late} đã quá hạn." if late else f"{words}.", weight, "/requests"))
    (reports,) = connection.execute("SELECT count(*) FROM resident_report WHERE state = 'open'").fetchone()
    if reports:
        found.append(Matter("resident", f"{reports} phản ánh của bà con chưa trả lời.", 1, "/residents"))
    return found
