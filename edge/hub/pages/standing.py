"""What the pages ask of the province's database: how things stand now, from tables that are bounded by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from edge.hub.database import Database
from edge.hub.pages.box_status import BoxStatus, status_of
from edge.hub.projection.fold import DELETED, SLOT_MS, SLOTS, TOPICS, Value
from edge.hub.tables.current import (
    alarm_now,
    box_now,
    projection_fault,
    reading_now,
    reading_point,
    recent_event,
)
from edge.hub.tables.events import box, event_count

HOUR_MS = 3_600_000
BEFORE_SLOTS = range(11, 15)
"""The slots about an hour ago: what a trend is measured against."""
MOST_ALARMS, MOST_CLOSED, MOST_LISTED, MOST_STORY = 200, 30, 60, 1_000
_data = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Box:
    """One box: when it was heard (the hub's clock), its totals, and what it said of itself (None: nothing yet)."""

    source: str
    first_seen_ms: int
    last_seen_ms: int
    events: int
    duplicates: int
    rejected: int
    status: BoxStatus | None = None


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An incident that is not over, or the story of one that is (``ended_ms``)."""

    source: str
    incident: str
    kind: str
    severity: str
    title: str
    place: str
    opened_ms: int
    ended_ms: int | None
    taken_ms: int | None
    verdict: str
    drill: bool
    gone_ms: int | None
    received_ms: int


@dataclass(frozen=True, slots=True)
class Water:
    """The newest value of a station of a commune, and what it was about an hour before (None: not known)."""

    source: str
    now: Value
    before: tuple[int, float] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One event of a list."""

    id: str
    topic: str
    about: str
    type: str
    subject: str
    lane: int
    at_ms: int
    received_ms: int
    data: dict[str, Any]


_LISTED = tuple(Listed.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole province, or what one visitor may see of it."""

    boxes: tuple[Box, ...]
    alarms: tuple[OpenAlarm, ...]
    waters: tuple[Water, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommuneStanding:
    """One box in full."""

    closed: tuple[OpenAlarm, ...]
    readings: tuple[Value, ...]
    points: dict[tuple[str, str], tuple[tuple[int, float], ...]]
    listed: tuple[Listed, ...]
    counts: tuple[tuple[str, int], ...]


async def ask_province(database: Database, sight: str | None, now_ms: int) -> Standing:
    """All boxes (``sight`` None), or one alone."""
    async with database.ask() as connection:
        return Standing(
            tuple(await _boxes(connection, sight)),
            tuple(await _alarms(connection, _sees(alarm_now.c.source, sight), open_ones=True)),
            tuple(await _levels(connection, sight, now_ms)),
            tuple(
                await connection.scalars(
                    select(projection_fault.c.source).where(_sees(projection_fault.c.source, sight))
                )
            ),
        )


async def ask_commune(
    database: Database, source: str, open_ones: Sequence[OpenAlarm], since_ms: int
) -> CommuneStanding:
    """One box: alarms that are over, readings, charts since then, the newest of each list, stories of its alarms."""
    async with database.ask() as connection:
        mine = reading_now.c.source == source
        values = await connection.execute(select(reading_now).where(mine).order_by(reading_now.c.station))
        number = select(event_count.c.type, event_count.c.n).where(event_count.c.source == source)
        counts = await connection.execute(number.order_by(event_count.c.type))
        closed = await _alarms(connection, alarm_now.c.source == source, open_ones=False, most=MOST_CLOSED)
        return CommuneStanding(
            tuple(closed),
            tuple(_value(dict(row)) for row in values.mappings()),
            await _points(connection, source, since_ms),
            tuple(await _listed(connection, source, [one.incident for one in (*open_ones, *closed)])),
            tuple((row.type, row.n) for row in counts),
        )


def _sees(column: ColumnElement[str], sight: str | None) -> ColumnElement[bool]:
    return true() if sight is None else column == sight


async def _boxes(connection: AsyncConnection, sight: str | None) -> list[Box]:
    joined = box.outerjoin(box_now, box_now.c.source == box.c.source)
    rows = await connection.execute(
        select(box, box_now.c.data, box_now.c.at_ms)
        .select_from(joined)
        .where(_sees(box.c.source, sight))
        .order_by(box.c.source)
    )
    return [
        Box(
            row.source, row.first_seen_ms, row.last_seen_ms, row.events, row.duplicates, row.rejected,
            None if row.data is None else status_of(_data.decode(row.data), row.at_ms),
        )
        for row in rows
    ]  # fmt: skip


async def _alarms(
    connection: AsyncConnection, which: ColumnElement[bool], *, open_ones: bool, most: int = MOST_ALARMS
) -> list[OpenAlarm]:
    """The newest first. What has not been opened yet, because its opening is still on the way, is not told."""
    row = alarm_now.c
    over = row.ended_ms.is_(None) if open_ones else row.ended_ms.is_not(None)
    asked: Select[Any] = (
        select(*(row[name] for name in OpenAlarm.__dataclass_fields__))
        .where(which, over, row.opened_ms.is_not(None))
        .order_by(row.opened_ms.desc(), row.incident.desc())
        .limit(most)
    )
    return [OpenAlarm(**dict(found)) for found in (await connection.execute(asked)).mappings()]


async def _levels(connection: AsyncConnection, sight: str | None, now_ms: int) -> list[Water]:
    """Every station's level, with that of an hour before it for the trend."""
    row = reading_now.c
    rows = await connection.execute(
        select(reading_now).where(row.quantity == "level", _sees(row.source, sight)).order_by(row.source, row.station)
    )
    before = await _an_hour_before(connection, sight, now_ms)
    found = [(str(one["source"]), _value(dict(one))) for one in rows.mappings()]
    return [Water(source, value, before.get((source, value.station))) for source, value in found]


async def _an_hour_before(
    connection: AsyncConnection, sight: str | None, now_ms: int
) -> dict[tuple[str, str], tuple[int, float]]:
    point = reading_point.c
    slots = [(now_ms // SLOT_MS - back) % SLOTS for back in BEFORE_SLOTS]
    fresh = point.at_ms > now_ms - 2 * HOUR_MS
    rows = await connection.execute(
        select(point.source, point.station, point.at_ms, point.value)
        .where(and_(point.slot.in_(slots), point.quantity == "level", fresh, _sees(point.source, sight)))
        .order_by(point.at_ms)
    )
    return {(row.source, row.station): (row.at_ms, row.value) for row in rows}


async def _points(
    connection: AsyncConnection, source: str, since_ms: int
) -> dict[tuple[str, str], tuple[tuple[int, float], ...]]:
    point = reading_point.c
    within = point.at_ms > since_ms
    rows = await connection.execute(
        select(point.station, point.quantity, point.at_ms, point.value)
        .where(point.source == source, point.quantity == "level", within)
        .order_by(point.station, point.at_ms)
    )
    series: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for row in rows:
        series.setdefault((row.station, row.quantity), []).append((row.at_ms, row.value))
    return {name: tuple(values) for name, values in series.items()}


async def _listed(connection: AsyncConnection, source: str, incidents: Sequence[str]) -> list[Listed]:
    """The newest of each list, and the whole stories of these incidents."""
    row = recent_event.c
    mine, newest = row.source == source, (row.received_ms.desc(), row.seq.desc())
    questions = [
        select(*(row[name] for name in _LISTED)).where(mine, row.topic == topic).order_by(*newest).limit(MOST_LISTED)
        for topic in sorted({*TOPICS.values(), DELETED} - {"story", "media"})
    ]
    told = select(*(row[name] for name in _LISTED)).where(mine, row.about.in_(incidents)).order_by(row.at_ms, row.seq)
    found = []
    for question in (*questions, told.limit(MOST_STORY)):
        rows = (await connection.execute(question)).mappings()
        found += [Listed(**{**dict(one), "data": _data.decode(one["data"])}) for one in rows]
    return found


def _value(row: dict[str, Any]) -> Value:
    return Value(**{name: row[name] for name in Value.__dataclass_fields__})
