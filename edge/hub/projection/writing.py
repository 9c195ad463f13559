"""Writes what a batch changes into the tables of `edge.hub.tables.current`, in the transaction that keeps its events.

The caller holds the row of the box (it counts the batch there first), so that two batches of one box never fold at
once. What fails here never costs the batch: it is undone to a savepoint, logged, and shown until the next
``molang hub rebuild``.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Executable, Table, and_, delete, func, or_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from edge.hub.projection.fold import Alarm, Changes, Row, Value, alarm_after, changes_of, is_newer
from edge.hub.projection.told import Told, told_by
from edge.hub.tables.current import (
    alarm_now,
    box_now,
    deleted_thing,
    projection_fault,
    reading_now,
    reading_point,
    recent_event,
)
from edge.kernel.wire.event import CloudEvent

log = logging.getLogger(__name__)

MOST_SERIES = 200
"""Of one box: sixty stations with three quantities each are more than any commune has."""
MOST_CLOSED = 300
MOST_OPEN = 500
KEPT = {"story": 3_000, "air": 400, "gap": 200}
KEPT_OTHERS = 150
SLACK = 10
"""A list is cut when a tenth of its length was added."""
MOST_DATA = 8_000
"""Longer data are cut out of a list: a warning's XML stays in the record alone."""


async def project(connection: AsyncConnection, source: str, events: Sequence[CloudEvent], now_ms: int) -> None:
    """Fold the events of a batch that are new. Never raises for what is in them."""
    await project_told(connection, source, [told_by(event, now_ms) for event in events])


async def project_told(
    connection: AsyncConnection, source: str, told: Iterable[Told], owed: "Owed | None" = None
) -> None:
    """The same for events that were read out of the record again. With ``owed`` lists are cut when it is worth it."""
    changes = changes_of(told)
    if not changes:
        return
    try:
        async with connection.begin_nested():
            await _Writing(connection, source, owed or Owed()).write(changes)
    except SQLAlchemyError as error:
        log.exception("what %s sent cannot be shown", source)
        now_ms = next((row.told.received_ms for row in changes.rows), 0)
        row = {"source": source, "since_ms": now_ms, "reason": type(error).__name__}
        await upsert(connection, projection_fault, [row], keep=True)


async def upsert(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], *, keep: bool = False
) -> None:
    """Insert rows, or put them over those with the same key; ``keep``: those that are there stay as they are."""
    if not rows:
        return
    await connection.execute(_upsert_of(table, tuple(rows[0]), connection.dialect.name, keep=keep), list(rows))


@cache
def _upsert_of(table: Table, names: tuple[str, ...], dialect: str, *, keep: bool) -> Executable:
    """Made once for each table and set of columns: making it costs as much as executing it."""
    keys = [column.name for column in table.primary_key]
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    others = {name: statement.excluded[name] for name in names if name not in keys}
    made: Executable = statement.on_conflict_do_nothing()
    if others and not keep:
        made = statement.on_conflict_do_update(index_elements=keys, set_=others)
    return made


class Owed:
    """Rows written to a list since it was cut last: a list may grow a tenth too long, and is not cut at every word."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], int] = {}

    def is_due(self, source: str, what: str, written: int, most: int) -> bool:
        """Whether to cut this list now; always when it was never cut since the start."""
        owed = self._rows.get((source, what), most) + written
        due = owed * SLACK >= most
        self._rows[source, what] = 0 if due else owed
        return due


class _Writing:
    """The changes of one batch of one box."""

    def __init__(self, connection: AsyncConnection, source: str, owed: Owed) -> None:
        self._connection = connection
        self._source = source
        self._owed = owed

    async def write(self, changes: Changes) -> None:
        await self._write_deletions(changes)
        hidden = await self._hidden(changes)
        await self._write_status(changes.status)
        await self._write_alarms(
            {name: story for name, story in changes.alarms.items() if ("incident", name) not in hidden}
        )
        await self._write_values(changes)
        await self._write_rows([row for row in changes.rows if not _hides(row, hidden)])

    async def _write_deletions(self, changes: Changes) -> None:
        rows = [
            {
                "source": self._source,
                "thing": thing,
                "subject": subject,
                "at_ms": told.time_ms("deleted_at_ms") or told.at_ms,
            }
            for (thing, subject), told in changes.deleted.items()
        ]
        await upsert(self._connection, deleted_thing, rows, keep=True)
        for thing, subject in changes.deleted:
            await self._forget(thing, subject)

    async def _forget(self, thing: str, subject: str) -> None:
        row = recent_event.c
        own = and_(row.subject == subject, row.type.startswith(f"{thing}.", autoescape=True))
        named = or_(own, row.about == subject) if thing == "incident" else own
        stays = row.topic != "deleted"
        await self._connection.execute(delete(recent_event).where(row.source == self._source, named, stays))
        if thing == "incident":
            gone = and_(alarm_now.c.source == self._source, alarm_now.c.incident == subject)
            await self._connection.execute(delete(alarm_now).where(gone))

    async def _hidden(self, changes: Changes) -> Collection[tuple[str, str]]:
        """Which of the things that this batch tells of are deleted."""
        names = {row.told.subject for row in changes.rows} | {row.about for row in changes.rows} | set(changes.alarms)
        if not names:
            return ()
        thing = deleted_thing.c
        found = await self._connection.execute(
            select(thing.thing, thing.subject).where(thing.source == self._source, thing.subject.in_(sorted(names)))
        )
        return {(row.thing, row.subject) for row in found}

    async def _write_status(self, status: Told | None) -> None:
        if status is None:
            return
        box = box_now.c
        known = (
            await self._connection.execute(select(box.seq, box.at_ms).where(box.source == self._source))
        ).one_or_none()
        if known is None or is_newer(status, known.seq, known.at_ms):
            times = {"seq": status.seq, "at_ms": status.at_ms, "received_ms": status.received_ms}
            await upsert(self._connection, box_now, [{"source": self._source, **times, "data": _text_of(status.data)}])

    async def _write_alarms(self, stories: Mapping[str, Sequence[Told]]) -> None:
        if not stories:
            return
        mine = alarm_now.c.source == self._source
        found = await self._connection.execute(select(alarm_now).where(mine, alarm_now.c.incident.in_(sorted(stories))))
        known = {str(row["incident"]): _alarm_of(dict(row)) for row in found.mappings()}
        now = [alarm_after(known.get(incident), story) for incident, story in sorted(stories.items())]
        await upsert(self._connection, alarm_now, [{"source": self._source, **_fields(alarm)} for alarm in now])
        new = len(now) - len(known)
        if new and self._owed.is_due(self._source, "alarm", new, MOST_CLOSED):
            await self._prune_alarms(is_open=False, most=MOST_CLOSED)
            await self._prune_alarms(is_open=True, most=MOST_OPEN)

    async def _prune_alarms(self, *, is_open: bool, most: int) -> None:
        row = alarm_now.c
        which = and_(row.source == self._source, row.ended_ms.is_(None) if is_open else row.ended_ms.is_not(None))
        await self._prune(alarm_now, which, (row.received_ms, row.incident), most)

    async def _prune(self, table: Table, which: ColumnElement[bool], order: Sequence[Any], most: int) -> None:
        """Keep so many of the newest.

        The last that goes is asked first: a join of the table with itself is slow until PostgreSQL has counted rows.
        """
        newest = [column.desc() for column in order]
        last = (
            await self._connection.execute(select(*order).where(which).order_by(*newest).offset(most).limit(1))
        ).one_or_none()
        if last is not None:
            await self._connection.execute(delete(table).where(which, tuple_(*order) <= tuple_(*last)))

    async def _write_values(self, changes: Changes) -> None:
        if not changes.values:
            return
        row = reading_now.c
        found = await self._connection.execute(
            select(reading_now).where(
                row.source == self._source, tuple_(row.station, row.quantity).in_(sorted(changes.values))
            )
        )
        values = [_value_of(dict(row)) for row in found.mappings()]
        known = {value.series: value for value in values}
        room = await self._room_for(len(set(changes.values) - set(known)))
        new = [series for series in sorted(changes.values) if series not in known][room:]
        taken = {series: value for series, value in changes.values.items() if series not in new}
        newer = [value for series, value in taken.items() if series not in known or value.newer_than(known[series])]
        await upsert(self._connection, reading_now, [{"source": self._source, **_fields(value)} for value in newer])
        await self._write_points(
            [(slot, one) for (*series, slot), one in changes.points.items() if tuple(series) in taken]
        )

    async def _room_for(self, wanted: int) -> int:
        if not wanted:
            return 0
        count = await self._connection.scalar(
            select(func.count()).select_from(reading_now).where(reading_now.c.source == self._source)
        )
        return max(0, MOST_SERIES - int(count or 0))

    async def _write_points(self, points: Sequence[tuple[int, Value]]) -> None:
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(reading_point)
        given = statement.excluded
        later = statement.on_conflict_do_update(
            index_elements=[column.name for column in reading_point.primary_key],
            set_={"at_ms": given.at_ms, "value": given.value},
            where=given.at_ms >= reading_point.c.at_ms,
        )
        rows = [
            {
                "source": self._source,
                "station": one.station,
                "quantity": one.quantity,
                "slot": slot,
                "at_ms": one.at_ms,
                "value": one.value,
            }
            for slot, one in points
        ]
        if rows:
            await self._connection.execute(later, rows)

    async def _write_rows(self, rows: Sequence[Row]) -> None:
        topics: dict[str, list[Row]] = {}
        for row in sorted(rows, key=lambda row: (row.told.received_ms, row.told.seq)):
            topics.setdefault(row.topic, []).append(row)
        # What would be cut again at once is not written first.
        newest = [row for topic, found in topics.items() for row in found[-_most(topic) :]]
        await upsert(self._connection, recent_event, [_recent(self._source, row) for row in newest], keep=True)
        for topic, found in sorted(topics.items()):
            if self._owed.is_due(self._source, topic, len(found), _most(topic)):
                await self._prune_rows(topic)

    async def _prune_rows(self, topic: str) -> None:
        row = recent_event.c
        which = and_(row.source == self._source, row.topic == topic)
        await self._prune(recent_event, which, (row.received_ms, row.seq), _most(topic))


def _most(topic: str) -> int:
    return KEPT.get(topic, KEPT_OTHERS)


def _hides(row: Row, hidden: Collection[tuple[str, str]]) -> bool:
    if row.topic == "deleted":
        return False
    return (row.told.thing, row.told.subject) in hidden or ("incident", row.about) in hidden


def _recent(source: str, row: Row) -> dict[str, Any]:
    told = row.told
    return {
        "source": source,
        "id": told.id,
        "topic": row.topic,
        "about": row.about,
        "type": told.type,
        "subject": told.subject,
        "lane": told.lane,
        "seq": told.seq,
        "at_ms": told.at_ms,
        "received_ms": told.received_ms,
        "data": _text_of(told.data),
    }


def _text_of(data: Mapping[str, Any]) -> str:
    """As JSON, in which NUL and its like are escaped; long fields are left out."""
    text = msgspec.json.encode(data)
    if len(text) > MOST_DATA:
        short = {name: value for name, value in data.items() if len(msgspec.json.encode(value)) <= MOST_DATA // 16}
        text = msgspec.json.encode(dict(list(short.items())[:16]))
    return text.decode()


def _fields(one: Alarm | Value) -> dict[str, Any]:
    """As ``dataclasses.asdict``, which copies every value and takes ten times as long."""
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _alarm_of(row: Mapping[str, Any]) -> Alarm:
    return Alarm(**{name: row[name] for name in Alarm.__dataclass_fields__})


def _value_of(row: Mapping[str, Any]) -> Value:
    return Value(**{name: row[name] for name in Value.__dataclass_fields__})
