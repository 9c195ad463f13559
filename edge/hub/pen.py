"""How a transaction writes many rows at once: PostgreSQL by arrays and COPY, the trial edition by plain INSERTs."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import func
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from edge.hub.tables.events import box, event, event_count, event_key

Key = tuple[str, str]
"""source, id."""
KeyRow = tuple[str, str, bytes, int]
"""source, id, content, deliveries."""
TotalRow = tuple[str, int, int, int, int, int, int]
"""source, seen_ms, batches, events, duplicates, rejected, max_seq."""
CountRow = tuple[str, str, int]
"""source, type, n."""
EventRow = tuple[int, int, str, str, str, str, int, int, int, str, str, int]
"""The columns of the table ``event`` in their order."""

_EVENT_COLUMNS = tuple(column.name for column in event.columns)
_KEYS = (
    "INSERT INTO event_key (source, id, content, deliveries)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::int[])"
    " ON CONFLICT (source, id) DO UPDATE SET deliveries = event_key.deliveries + excluded.deliveries"
    " WHERE event_key.content = excluded.content RETURNING source, id, deliveries"
)
_TOTALS = (
    "INSERT INTO box (source, first_seen_ms, last_seen_ms, batches, events, duplicates, rejected, max_seq)"
    " SELECT source, seen_ms, seen_ms, batches, events, duplicates, rejected, max_seq"
    " FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])"
    " AS more (source, seen_ms, batches, events, duplicates, rejected, max_seq)"
    " ON CONFLICT (source) DO UPDATE SET last_seen_ms = excluded.last_seen_ms,"
    " batches = box.batches + excluded.batches, events = box.events + excluded.events,"
    " duplicates = box.duplicates + excluded.duplicates, rejected = box.rejected + excluded.rejected,"
    " max_seq = greatest(box.max_seq, excluded.max_seq) RETURNING source, max_seq"
)
_COUNTS = (
    "INSERT INTO event_count (source, type, n) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])"
    " ON CONFLICT (source, type) DO UPDATE SET n = event_count.n + excluded.n"
)


class Pen(Protocol):
    """Rows into the tables of a running transaction; keys and sources come sorted and each once."""

    async def keep_keys(self, connection: AsyncConnection, rows: Sequence[KeyRow]) -> dict[Key, int]:
        """Add keys, or deliveries to keys that have this content; returns the deliveries, without foreign contents."""

    async def add_totals(self, connection: AsyncConnection, rows: Sequence[TotalRow]) -> dict[str, int]:
        """Add to the totals of boxes; returns the highest seq of each."""

    async def add_counts(self, connection: AsyncConnection, rows: Sequence[CountRow]) -> None:
        """Add to the numbers of events by type."""

    async def keep_events(self, connection: AsyncConnection, rows: Sequence[EventRow]) -> None:
        """Add events whose keys are new."""


class PostgresPen:
    """One statement for any number of rows; planned once for each connection."""

    async def keep_keys(self, connection: AsyncConnection, rows: Sequence[KeyRow]) -> dict[Key, int]:
        """See Pen."""
        kept: Any = await connection.exec_driver_sql(_KEYS, _turned(rows))
        return {(row[0], row[1]): row[2] for row in kept}

    async def add_totals(self, connection: AsyncConnection, rows: Sequence[TotalRow]) -> dict[str, int]:
        """See Pen."""
        found: Any = await connection.exec_driver_sql(_TOTALS, _turned(rows))
        return {str(row[0]): int(row[1]) for row in found}

    async def add_counts(self, connection: AsyncConnection, rows: Sequence[CountRow]) -> None:
        """See Pen."""
        await connection.exec_driver_sql(_COUNTS, _turned(rows))

    async def keep_events(self, connection: AsyncConnection, rows: Sequence[EventRow]) -> None:
        """See Pen; the driver's own COPY, inside the transaction that SQLAlchemy has begun by then."""
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.copy_records_to_table(event.name, records=rows, columns=_EVENT_COLUMNS)


class SqlitePen:
    """A row at a time: enough for the trial edition, whose disk is the limit."""

    async def keep_keys(self, connection: AsyncConnection, rows: Sequence[KeyRow]) -> dict[Key, int]:
        """See Pen."""
        kept: dict[Key, int] = {}
        for row in rows:
            found = (await connection.execute(_KEY, dict(zip(_KEY_NAMES, row, strict=True)))).first()
            if found is not None:
                kept[row[0], row[1]] = found[0]
        return kept

    async def add_totals(self, connection: AsyncConnection, rows: Sequence[TotalRow]) -> dict[str, int]:
        """See Pen."""
        highest: dict[str, int] = {}
        for source, seen_ms, *sums in rows:
            values = dict(zip(_TOTAL_NAMES, (source, seen_ms, seen_ms, *sums), strict=True))
            highest[source] = (await connection.execute(_TOTAL, values)).scalar_one()
        return highest

    async def add_counts(self, connection: AsyncConnection, rows: Sequence[CountRow]) -> None:
        """See Pen."""
        await connection.execute(_COUNT, [dict(zip(_COUNT_NAMES, row, strict=True)) for row in rows])

    async def keep_events(self, connection: AsyncConnection, rows: Sequence[EventRow]) -> None:
        """See Pen."""
        await connection.execute(event.insert(), [dict(zip(_EVENT_COLUMNS, row, strict=True)) for row in rows])


def _turned(rows: Sequence[Sequence[Any]]) -> tuple[list[Any], ...]:
    """Rows as one list for each column."""
    return tuple(map(list, zip(*rows, strict=True)))


def _names(table: Any) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


_KEY_NAMES, _TOTAL_NAMES, _COUNT_NAMES = _names(event_key), _names(box), _names(event_count)
_key, _total, _count = insert(event_key), insert(box), insert(event_count)
_KEY = _key.on_conflict_do_update(
    index_elements=["source", "id"],
    set_={"deliveries": event_key.c.deliveries + _key.excluded.deliveries},
    where=event_key.c.content == _key.excluded.content,
).returning(event_key.c.deliveries)
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
