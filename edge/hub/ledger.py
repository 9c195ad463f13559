"""Batches into the province's record: every event once, every delivery counted."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from edge.core.moment import AtMs
from edge.hub.batch import Checked
from edge.hub.database import Database
from edge.hub.tables.events import box, event, lane_mark
from edge.kernel.wire.event import BatchReply, CloudEvent, Rejected

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MS = dt.timedelta(milliseconds=1)
TAKEN = "Mã này đã dùng cho một sự kiện khác."
_CONTENT = ("type", "subject", "at_ms", "seq", "lane", "boot", "clock", "data")
"""What makes two deliveries the same event."""
_ARRAYS = {
    "source": "text", "id": "text", "at_ms": "bigint", "type": "text", "subject": "text", "seq": "bigint",
    "lane": "smallint", "boot": "bigint", "clock": "text", "data": "text", "received_ms": "bigint", "batch": "bigint",
}  # fmt: skip
_INSERT = (
    f"INSERT INTO event ({', '.join(_ARRAYS)}) SELECT * FROM unnest("  # noqa: S608 - columns of the schema
    + ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(_ARRAYS.values(), 1))
    + ") ON CONFLICT DO NOTHING RETURNING id"
)
"""One statement a batch: two hundred rows cost one parse, one plan and one round trip."""
Row = dict[str, Any]


async def take_batch(database: Database, source: str, batch: Checked, now_ms: AtMs) -> BatchReply:
    """Keep what is new, count what came again, and say what was wrong; durable when this returns.

    Batches of one box come one after the other, whichever instance they reach: the row of the box is locked first.
    Raises TransientError when the database does not take it.
    """
    async with database.change() as connection:
        number = await _greet(connection, source, now_ms)
        rows, rejected = _rows(batch, number, now_ms)
        again = await _sort_out(connection, database, source, rows, rejected)
        new = len(rows)
        await _count_again(connection, source, again)
        await _move_marks(connection, source, batch.events)
        totals = (new, len(again), len(rejected), max((one.seq for one in batch.events), default=0))
        acked_seq = await _total(connection, source, totals)
    return BatchReply(acked_seq=acked_seq, rejected=tuple(rejected))


async def _greet(connection: AsyncConnection, source: str, now_ms: AtMs) -> int:
    """The box is alive; returns the number of this batch of its, and holds its row until the end."""
    added = _upsert(connection)(box).values(source=source, first_seen_ms=now_ms, last_seen_ms=now_ms, batches=1)
    taken = added.on_conflict_do_update(
        index_elements=["source"], set_={"last_seen_ms": now_ms, "batches": box.c.batches + 1}
    )
    return int((await connection.execute(taken.returning(box.c.batches))).scalar_one())


def _upsert(connection: AsyncConnection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


def _rows(batch: Checked, number: int, now_ms: AtMs) -> tuple[dict[str, Row], list[Rejected]]:
    """By id, in their order. The same id twice in one batch: the second is another event, or the first again."""
    rows: dict[str, Row] = {}
    rejected = list(batch.rejected)
    for one in batch.events:
        row = _row(one, number, now_ms)
        kept = rows.setdefault(one.id, row)
        if kept is not row and _content(kept) != _content(row):
            rejected.append(Rejected(one.id, TAKEN))
    return rows, rejected


def _row(one: CloudEvent, number: int, now_ms: AtMs) -> Row:
    return {
        "source": one.source,
        "id": one.id,
        "at_ms": (one.time - _EPOCH) // _MS,
        "type": one.type,
        "subject": one.subject,
        "seq": one.seq,
        "lane": one.lane,
        "boot": one.bootid,
        "clock": one.clockstate.value,
        "data": msgspec.json.encode(one.data).decode(),
        "received_ms": now_ms,
        "batch": number,
    }


def _content(row: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(row[name] for name in _CONTENT)


async def _sort_out(
    connection: AsyncConnection, database: Database, source: str, rows: dict[str, Row], rejected: list[Rejected]
) -> list[Row]:
    """Insert what is new and leave that in ``rows``; returns what came again, and adds to ``rejected``."""
    marks = await _marks(connection, source)
    suspects = [name for name, row in rows.items() if row["seq"] <= marks.get(row["lane"], 0)]
    kept = await _kept(connection, source, suspects)
    inserted = await _insert(connection, database, [row for name, row in rows.items() if name not in kept])
    missed = [name for name in rows if name not in inserted and name not in kept]
    kept |= await _kept(connection, source, missed)  # an old trial's record has no marks yet
    again = [rows.pop(name) for name in [*rows] if name not in inserted]
    rejected += [Rejected(row["id"], TAKEN) for row in again if _content(kept[row["id"]]) != _content(row)]
    return [row for row in again if _content(kept[row["id"]]) == _content(row)]


async def _marks(connection: AsyncConnection, source: str) -> dict[int, int]:
    asked = select(lane_mark.c.lane, lane_mark.c.max_seq).where(lane_mark.c.source == source)
    return {int(lane): int(seq) for lane, seq in await connection.execute(asked)}


async def _kept(connection: AsyncConnection, source: str, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What the record already has under these ids, whatever its time: in every partition."""
    if not ids:
        return {}
    columns = [event.c.id, *(event.c[name] for name in _CONTENT)]
    asked = select(*columns).where(event.c.source == source, event.c.id.in_(ids))
    return {row["id"]: dict(row) for row in (await connection.execute(asked)).mappings()}


async def _insert(connection: AsyncConnection, database: Database, rows: Sequence[Row]) -> set[str]:
    """The ids that are new."""
    if not rows:
        return set()
    if database.is_postgres:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None, "a connection inside a transaction has its driver"
        return {found["id"] for found in await raw.fetch(_INSERT, *([row[name] for row in rows] for name in _ARRAYS))}
    (last,) = (await connection.execute(select(func.coalesce(func.max(event.c.arrival), 0)))).one()
    values = [row | {"arrival": last + number} for number, row in enumerate(rows, 1)]
    taken = sqlite.insert(event).on_conflict_do_nothing().returning(event.c.id)
    return set((await connection.execute(taken, values)).scalars())


async def _count_again(connection: AsyncConnection, source: str, again: Sequence[Row]) -> None:
    if again:
        ids = [row["id"] for row in again]
        counted = update(event).where(event.c.source == source, event.c.id.in_(ids))
        await connection.execute(counted.values(deliveries=event.c.deliveries + 1))


async def _move_marks(connection: AsyncConnection, source: str, events: Iterable[CloudEvent]) -> None:
    highest: dict[int, int] = {}
    for one in events:
        highest[one.lane] = max(one.seq, highest.get(one.lane, 0))
    if not highest:
        return
    moved = _upsert(connection)(lane_mark)
    larger = func.greatest if connection.dialect.name == "postgresql" else func.max
    set_ = {"max_seq": larger(lane_mark.c.max_seq, moved.excluded.max_seq)}
    values = [{"source": source, "lane": lane, "max_seq": seq} for lane, seq in highest.items()]
    await connection.execute(moved.values(values).on_conflict_do_update(index_elements=["source", "lane"], set_=set_))


async def _total(connection: AsyncConnection, source: str, more: tuple[int, int, int, int]) -> int:
    """Add to the totals of a box; returns the highest seq that is kept."""
    new, again, wrong, highest = more
    larger = func.greatest if connection.dialect.name == "postgresql" else func.max
    added = update(box).where(box.c.source == source)
    added = added.values(
        events=box.c.events + new,
        duplicates=box.c.duplicates + again,
        rejected=box.c.rejected + wrong,
        max_seq=larger(box.c.max_seq, highest),
    )
    return int((await connection.execute(added.returning(box.c.max_seq))).scalar_one())
