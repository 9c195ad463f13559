"""Requests about the way to the province, and about sticks that go it."""

from collections.abc import Collection
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler
from edge.store.journal import Journal
from edge.store.uplink import send_again


class Receipts(Protocol):
    """Who knows sticks and takes their receipts."""

    async def note(self, stick: str, made_at_ms: int, events: int) -> None:
        """A stick is about to be written."""
        ...

    async def take(self, path: Path, first_frame: int) -> Any:
        """Settle some frames; answers a dataclass of next_frame, settled, rejected."""
        ...


class DeadLetters(Protocol):
    """Who can send dead letters again."""

    async def send_again(self, ids: Collection[str], user: str, role: str) -> int:
        """Put these (none named: the oldest thousand) back into their lanes; how many."""
        ...


def dead_handlers(letters: DeadLetters) -> dict[type, Handler]:
    """Part of the table for the control server."""

    async def again(request: asked.SendDeadAgain) -> dict[str, Any]:
        return {"sent": await letters.send_again(request.ids, request.user, request.role)}

    return {asked.SendDeadAgain: again}


def sync_handlers(receipts: Receipts, journal: Journal) -> dict[type, Handler]:
    """Part of the table for the control server."""

    async def note(request: asked.NoteStick) -> dict[str, Any]:
        await receipts.note(request.stick, request.made_at_ms, request.events)
        return {}

    async def take(request: asked.TakeReceipt) -> dict[str, Any]:
        return asdict(await receipts.take(Path(request.path), request.first_frame))

    async def again(request: asked.SendAgain) -> dict[str, Any]:
        work = partial(send_again, since_seq=request.since_seq, user=request.user, role=request.role)
        return {"events": await journal.record(work)}

    return {asked.NoteStick: note, asked.TakeReceipt: take, asked.SendAgain: again}
