"""Writes what a batch changes into the tables of `edge.hub.tables.current`, in the transaction that keeps its events.

The caller holds the row of the box (it counts the batch there first), so that two batches of one box never fold at
once. What fails here never costs the batch: it is undone to a savepoint, logged, and shown until the next
``molang hub rebuild``.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgspec
from sqlalchemy import Table, and_, delete, func, or_, select, tuple_
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
MOST_DATA = 8_000
"""Longer data are cut out of a list: a warning's XML stays in the record alone."""


async def project(connection: AsyncConnection, source: str, events: Sequence[CloudEvent], now_ms: int) -> None:
    """Fold the events of a batch that are new. Never raises for what is in them."""
    await project_told(connection, source, [told_by(event, now_ms) for event in events])


async def project_told(connection: AsyncConnection, source: str, told: Iterable[Told]) -> None:
    """The same for events that were read out of the record again."""
    changes = changes_of(told)
    if not changes:
        return
    try:
        async with connection.begin_nested():
            await _Writing(connection, source).write(changes)
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
    keys = [column.name for column in table.primary_key]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    if keep or not others:
        await connection.execute(statement.on_conflict_do_nothing(), list(rows))
    else:
        await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), list(rows))


class _Writing:
    """The changes of one batch of one box."""

    def __init__(self, connection: AsyncConnection, source: str) -> None:
        self._connection = connection
        self._source = source

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
        await upsert(self._connection, alarm_now, [{"source": self._source, **asdict(alarm)} for alarm in now])
        if len(known) < len(now):
            await self._prune_alarms(is_open=False, most=MOST_CLOSED)
            await self._prune_alarms(is_open=True, most=MOST_OPEN)

    async def _prune_alarms(self, *, is_open: bool, most: int) -> None:
        row = alarm_now.c
        which = and_(row.source == self._source, row.ended_ms.is_(None) if is_open else row.ended_ms.is_not(None))
        old = select(row.incident).where(which).order_by(row.received_ms.desc(), row.incident.desc()).offset(most)
        await self._connection.execute(delete(alarm_now).where(row.source == self._source, row.incident.in_(old)))

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
        await upsert(self._connection, reading_now, [{"source": self._source, **asdict(value)} for value in newer])
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
        await upsert(self._connection, recent_event, [_recent(self._source, row) for row in rows], keep=True)
        for topic in sorted({row.topic for row in rows}):
            await self._prune_rows(topic)

    async def _prune_rows(self, topic: str) -> None:
        row = recent_event.c
        which = and_(row.source == self._source, row.topic == topic)
        order = (row.received_ms.desc(), row.seq.desc())
        old = select(row.id).where(which).order_by(*order).offset(KEPT.get(topic, KEPT_OTHERS))
        await self._connection.execute(delete(recent_event).where(which, row.id.in_(old)))


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


def _alarm_of(row: Mapping[str, Any]) -> Alarm:
    return Alarm(**{name: row[name] for name in Alarm.__dataclass_fields__})


def _value_of(row: Mapping[str, Any]) -> Value:
    return Value(**{name: row[name] for name in Value.__dataclass_fields__})
