"""How a group of batches is written: in PostgreSQL by one call, in the trial edition row by row, to the same end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from sqlalchemy import func, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from edge.core.moment import AtMs
from edge.hub.database import Database
from edge.hub.tables.events import TAKE, arrivals, box, event, event_count


class Row(NamedTuple):
    """A key with one content, and how often it came (``times``); the order is that of the function in PostgreSQL."""

    source: str
    id: str
    content: bytes
    times: int
    at_ms: int
    type: str
    subject: str
    seq: int
    lane: int
    boot: int
    clock: str
    data: str


class Sender(NamedTuple):
    """A box: its batches, and events of them that were refused before."""

    source: str
    batches: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Kept:
    """``deliveries`` of each row ever since, None where its key has another content; ``highest`` seq of each sender."""

    deliveries: Sequence[int | None]
    highest: Sequence[int]


class Pen(Protocol):
    """Writes rows whose keys are all different, and everything that is counted with them."""

    async def keep(self, rows: Sequence[Row], senders: Sequence[Sender], now_ms: AtMs) -> Kept:
        """Committed and on the disk at the return; raises TransientError when it cannot be written now."""


def pen_of(database: Database) -> Pen:
    """The one for this database."""
    return PostgresPen(database) if database.is_postgres else SqlitePen(database)


class PostgresPen:
    """One call (edge/hub/tables/take.sql) is one transaction: whoever dies here leaves nothing open there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, rows: Sequence[Row], senders: Sequence[Sender], now_ms: AtMs) -> Kept:
        """See Pen."""
        columns = (*_turned(rows, len(Row._fields)), *_turned(senders, len(Sender._fields)))
        (answer,) = await self._database.call(TAKE, (*columns, now_ms))
        return Kept(answer.deliveries or (), answer.highest)


class SqlitePen:
    """Enough for the trial edition, whose disk is the limit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, rows: Sequence[Row], senders: Sequence[Sender], now_ms: AtMs) -> Kept:
        """See Pen."""
        tallies = {sender.source: _Tally(sender) for sender in senders}
        async with self._database.change() as connection:
            deliveries = await _keep_keys(connection, rows)
            for row, count in zip(rows, deliveries, strict=True):
                tallies[row.source].add(row, count)
            highest = [await _add_totals(connection, one, now_ms) for one in tallies.values()]
            fresh = [row for row, count in zip(rows, deliveries, strict=True) if count == row.times]
            await _keep_events(connection, fresh, now_ms)
        return Kept(deliveries, highest)


@dataclass(slots=True)
class _Tally:
    sender: Sender
    new: int = 0
    duplicates: int = 0
    misused: int = 0
    max_seq: int = 0
    types: Counter[str] = field(default_factory=Counter)

    def add(self, row: Row, deliveries: int | None) -> None:
        """What became of a row."""
        self.max_seq = max(self.max_seq, row.seq)
        if deliveries is None:
            self.misused += row.times
            return
        is_new = deliveries == row.times
        self.duplicates += row.times - is_new
        if is_new:
            self.new += 1
            self.types[row.type] += 1


def _turned(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as one list for each column, also without any row."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


async def _keep_keys(connection: AsyncConnection, rows: Sequence[Row]) -> list[int | None]:
    """One statement: each of them is handed to SQLite's thread and back."""
    if not rows:
        return []
    values = tuple(value for row in rows for value in (row.source, row.id, row.content, row.times))
    kept = await connection.exec_driver_sql(_KEYS.format(", ".join(["(?, ?, ?, ?)"] * len(rows))), values)
    found = {(row.source, row.id): int(row.deliveries) for row in kept}
    return [found.get((row.source, row.id)) for row in rows]


async def _add_totals(connection: AsyncConnection, one: _Tally, now_ms: AtMs) -> int:
    source, batches, rejected = one.sender
    values = {
        "source": source, "first_seen_ms": now_ms, "last_seen_ms": now_ms, "batches": batches, "events": one.new,
        "duplicates": one.duplicates, "rejected": rejected + one.misused, "max_seq": one.max_seq,
    }  # fmt: skip
    for name, n in one.types.items():
        await connection.execute(_COUNT, {"source": source, "type": name, "n": n})
    return int((await connection.execute(_TOTAL, values)).scalar_one())


async def _keep_events(connection: AsyncConnection, rows: Sequence[Row], now_ms: AtMs) -> None:
    if not rows:
        return
    raised = update(arrivals).values(last=arrivals.c.last + len(rows)).returning(arrivals.c.last)
    first = (await connection.execute(raised)).scalar_one() - len(rows) + 1
    values = [
        {**{name: value for name, value in row._asdict().items() if name not in ("content", "times")},
         "arrival": arrival, "received_ms": now_ms}
        for arrival, row in enumerate(rows, first)
    ]  # fmt: skip
    await connection.execute(event.insert(), values)


_KEYS = (
    "INSERT INTO event_key (source, id, content, deliveries) VALUES {}"
    " ON CONFLICT (source, id) DO UPDATE SET deliveries = event_key.deliveries + excluded.deliveries"
    " WHERE event_key.content = excluded.content RETURNING source, id, deliveries"
)
_total, _count = insert(box), insert(event_count)
_TOTAL = _total.on_conflict_do_update(
    index_elements=["source"],
    set_={
        "last_seen_ms": _total.excluded.last_seen_ms,
        "max_seq": func.max(box.c.max_seq, _total.excluded.max_seq),
        **{name: box.c[name] + _total.excluded[name] for name in ("batches", "events", "duplicates", "rejected")},
    },
).returning(box.c.max_seq)
_COUNT = _count.on_conflict_do_update(
    index_elements=["source", "type"], set_={"n": event_count.c.n + _count.excluded.n}
)
