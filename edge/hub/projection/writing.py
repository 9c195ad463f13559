"""Writes what a batch changes into the tables of `edge.hub.tables.current`, in the transaction that keeps its events.

The caller holds the row of the box (it counts the batch there first), so that two batches of one box never fold at
once. What fails here never costs the batch: it is undone to a savepoint, logged, and shown until the next
``molang hub rebuild``.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    """Fold events of a box that are new. Never raises for what is in them."""
    await project_all(connection, {source: [told_by(event, now_ms) for event in events]}, Owed())


async def project_all(connection: AsyncConnection, told: Mapping[str, Iterable[Told]], owed: "Owed") -> None:
    """Fold what boxes told, by source: all of them together, or one by one when it fails. Never raises for that."""
    changes = {source: found for source, words in told.items() if (found := changes_of(words))}
    if not changes:
        return
    try:
        async with connection.begin_nested():
            await _write_all(connection, changes, owed)
    except SQLAlchemyError as error:
        if len(changes) > 1:
            for source in changes:
                await project_all(connection, {source: told[source]}, owed)
        else:
            await _note_fault(connection, *changes.popitem(), error)


async def _write_all(connection: AsyncConnection, changes: Mapping[str, Changes], owed: "Owed") -> None:
    """Each box is asked about by itself; what all of them write goes table by table."""
    out = _Out()
    for source, one in changes.items():
        await _Writing(connection, source, owed, out).write(one)
    await out.write(connection)


async def _note_fault(connection: AsyncConnection, source: str, changes: Changes, error: SQLAlchemyError) -> None:
    log.error("what %s sent cannot be shown", source, exc_info=error)
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


@dataclass(slots=True)
class _Cut:
    """Keep so many of the newest of a list, in the order of these columns."""

    table: Table
    which: ColumnElement[bool]
    order: Sequence[ColumnElement[Any]]
    most: int

    async def do(self, connection: AsyncConnection) -> None:
        """The last that goes is asked first: a join of the table with itself is slow until its rows are counted."""
        newest = [column.desc() for column in self.order]
        asked = select(*self.order).where(self.which).order_by(*newest).offset(self.most).limit(1)
        last = (await connection.execute(asked)).one_or_none()
        if last is not None:
            await connection.execute(delete(self.table).where(self.which, tuple_(*self.order) <= tuple_(*last)))


@dataclass(slots=True)
class _Out:
    """Rows of all boxes on their way into the tables, and lists to cut afterwards."""

    over: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    kept: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    points: list[dict[str, Any]] = field(default_factory=list)
    cuts: list[_Cut] = field(default_factory=list)

    async def write(self, connection: AsyncConnection) -> None:
        """One statement a table."""
        for table, rows in self.over.items():
            await upsert(connection, table, rows)
        for table, rows in self.kept.items():
            await upsert(connection, table, rows, keep=True)
        if self.points:
            await connection.execute(_later_points(connection.dialect.name), self.points)
        for cut in self.cuts:
            await cut.do(connection)


class _Writing:
    """The changes of one box: what they come to is asked of its rows, and put into ``out``."""

    def __init__(self, connection: AsyncConnection, source: str, owed: Owed, out: _Out) -> None:
        self._connection = connection
        self._source = source
        self._owed = owed
        self._out = out

    async def write(self, changes: Changes) -> None:
        await self._write_deletions(changes)
        hidden = await self._hidden(changes)
        await self._write_status(changes.status)
        await self._write_alarms(
            {name: story for name, story in changes.alarms.items() if ("incident", name) not in hidden}
        )
        await self._write_values(changes)
        self._write_rows([row for row in changes.rows if not _hides(row, hidden)])

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
        self._put(self._out.kept, deleted_thing, rows)
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
        return {(row.thing, row.subject) for row in found} | set(changes.deleted)

    async def _write_status(self, status: Told | None) -> None:
        if status is None:
            return
        box = box_now.c
        known = (
            await self._connection.execute(select(box.seq, box.at_ms).where(box.source == self._source))
        ).one_or_none()
        if known is None or is_newer(status, known.seq, known.at_ms):
            times = {"seq": status.seq, "at_ms": status.at_ms, "received_ms": status.received_ms}
            self._put(self._out.over, box_now, [{"source": self._source, **times, "data": _text_of(status.data)}])

    async def _write_alarms(self, stories: Mapping[str, Sequence[Told]]) -> None:
        if not stories:
            return
        mine = alarm_now.c.source == self._source
        found = await self._connection.execute(select(alarm_now).where(mine, alarm_now.c.incident.in_(sorted(stories))))
        known = {str(row["incident"]): _alarm_of(dict(row)) for row in found.mappings()}
        now = [alarm_after(known.get(incident), story) for incident, story in sorted(stories.items())]
        self._put(self._out.over, alarm_now, [{"source": self._source, **_fields(alarm)} for alarm in now])
        new = len(now) - len(known)
        if new and self._owed.is_due(self._source, "alarm", new, MOST_CLOSED):
            row = alarm_now.c
            for ended, most in ((row.ended_ms.is_not(None), MOST_CLOSED), (row.ended_ms.is_(None), MOST_OPEN)):
                which = and_(row.source == self._source, ended)
                self._out.cuts.append(_Cut(alarm_now, which, (row.received_ms, row.incident), most))

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
        self._put(self._out.over, reading_now, [{"source": self._source, **_fields(value)} for value in newer])
        self._write_points([(slot, one) for (*series, slot), one in changes.points.items() if tuple(series) in taken])

    async def _room_for(self, wanted: int) -> int:
        if not wanted:
            return 0
        count = await self._connection.scalar(
            select(func.count()).select_from(reading_now).where(reading_now.c.source == self._source)
        )
        return max(0, MOST_SERIES - int(count or 0))

    def _write_points(self, points: Iterable[tuple[int, Value]]) -> None:
        self._out.points += [
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

    def _write_rows(self, rows: Sequence[Row]) -> None:
        topics: dict[str, list[Row]] = {}
        for row in sorted(rows, key=lambda row: (row.told.received_ms, row.told.seq)):
            topics.setdefault(row.topic, []).append(row)
        # What would be cut again at once is not written first.
        newest = [row for topic, found in topics.items() for row in found[-_most(topic) :]]
        self._put(self._out.kept, recent_event, [_recent(self._source, row) for row in newest])
        for topic, found in sorted(topics.items()):
            if self._owed.is_due(self._source, topic, len(found), _most(topic)):
                there = recent_event.c
                which = and_(there.source == self._source, there.topic == topic)
                self._out.cuts.append(_Cut(recent_event, which, (there.received_ms, there.seq), _most(topic)))

    def _put(self, rows: dict[Table, list[dict[str, Any]]], table: Table, more: Iterable[dict[str, Any]]) -> None:
        rows.setdefault(table, []).extend(more)


@cache
def _later_points(dialect: str) -> Executable:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(reading_point)
    given = statement.excluded
    made: Executable = statement.on_conflict_do_update(
        index_elements=[column.name for column in reading_point.primary_key],
        set_={"at_ms": given.at_ms, "value": given.value},
        where=given.at_ms >= reading_point.c.at_ms,
    )
    return made


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
