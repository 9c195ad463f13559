"""Stations, their readings and releases in the province's database."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from edge.core.errors import FinalError
from edge.hub.database import Database
from edge.hub.projection.writing import upsert
from edge.hub.stations.given import GivenRelease, Reading
from edge.hub.tables.stations import release, station, station_reading

MOST_STATIONS = 2_000
KEPT_MS = 30 * 86_400_000
SHOWN_MS = 7 * 86_400_000
"""A release that was announced earlier is over."""
MOST_RELEASES = 200
MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Measured:
    """One value of a station."""

    station: str
    quantity: str
    at_ms: int
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Station:
    """A station with the newest value of each of its quantities."""

    id: str
    name: str
    values: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """An announcement. ``state``: alert, update, cancelled; ``replaces`` is empty for the first about a reservoir."""

    id: str
    replaces: str
    state: str
    reservoir: str
    flow_m3s: float
    begins_ms: int
    sent_ms: int
    level_m: float | None
    inflow_m3s: float | None
    outflow_m3s: float | None
    note: str


_MEASURED = [station_reading.c[name] for name in Measured.__dataclass_fields__]
_RELEASE = [release.c[name] for name in Release.__dataclass_fields__]


async def keep_readings(database: Database, readings: Sequence[Reading], by: str, now_ms: int) -> None:
    """Keep all of them or none; the same again changes nothing. Raises FinalError beyond 2,000 stations."""
    async with database.change() as connection:
        await _know_stations(connection, readings)
        newest = {(one.station, one.quantity, one.at_ms): one for one in readings}
        rows = [
            {
                "station": one.station,
                "quantity": one.quantity,
                "at_ms": one.at_ms,
                "value": one.value,
                "unit": one.unit,
                "came_ms": now_ms,
                "by": by,
            }
            for _, one in sorted(newest.items())
        ]
        await upsert(connection, station_reading, rows)
        await connection.execute(delete(station_reading).where(station_reading.c.at_ms < now_ms - KEPT_MS))


async def _know_stations(connection: AsyncConnection, readings: Sequence[Reading]) -> None:
    named = {one.station: one.name for one in readings if one.name is not None}
    unnamed = sorted({one.station for one in readings} - set(named))
    await upsert(connection, station, [{"id": name, "name": words} for name, words in sorted(named.items())])
    await upsert(connection, station, [{"id": name, "name": name} for name in unnamed], keep=True)
    if int(await connection.scalar(select(func.count()).select_from(station)) or 0) > MOST_STATIONS:
        raise FinalError(f"Tỉnh có tối đa {MOST_STATIONS} trạm.")


async def ask_stations(connection: AsyncConnection) -> list[Station]:
    """Every station with its newest values."""
    row = station_reading.c
    newest = (
        select(row.station, row.quantity, func.max(row.at_ms).label("at_ms"))
        .group_by(row.station, row.quantity)
        .subquery("newest")
    )
    same = and_(newest.c.station == row.station, newest.c.quantity == row.quantity, newest.c.at_ms == row.at_ms)
    found = await connection.execute(
        select(*_MEASURED).select_from(station_reading.join(newest, same)).order_by(row.station, row.quantity)
    )
    values: dict[str, list[Measured]] = {}
    for one in found.mappings():
        values.setdefault(str(one["station"]), []).append(Measured(**dict(one)))
    named = await connection.execute(select(station.c.id, station.c.name).order_by(station.c.name, station.c.id))
    return [Station(one.id, one.name, tuple(values.get(one.id, ()))) for one in named]


async def ask_readings(connection: AsyncConnection, name: str, since_ms: int, most: int) -> Station | None:
    """The newest values of a station from then on, oldest first; None for one that nobody knows."""
    known = (await connection.execute(select(station.c.name).where(station.c.id == name))).scalar_one_or_none()
    if known is None:
        return None
    row = station_reading.c
    found = await connection.execute(
        select(*_MEASURED)
        .where(row.station == name, row.at_ms >= since_ms)
        .order_by(row.at_ms.desc(), row.quantity.desc())
        .limit(min(most, MOST_ROWS))
    )
    values = [Measured(**dict(one)) for one in found.mappings()]
    return Station(name, known, tuple(reversed(values)))


async def announce(database: Database, given: GivenRelease, begins_ms: int, by: str, now_ms: int) -> Release:
    """A reservoir says what it will let go; what it said before, unless that was taken back, is replaced."""
    async with database.change() as connection:
        before = await _last_of(connection, given.reservoir)
        follows = before is not None and before.state != "cancelled" and now_ms - before.sent_ms < SHOWN_MS
        said = Release(
            id=_new_id(now_ms),
            replaces=before.id if before is not None and follows else "",
            state="update" if follows else "alert",
            reservoir=given.reservoir,
            flow_m3s=given.flow_m3s,
            begins_ms=begins_ms,
            sent_ms=_after(before, now_ms),
            level_m=given.level_m,
            inflow_m3s=given.inflow_m3s,
            outflow_m3s=given.outflow_m3s,
            note=given.note,
        )
        await _keep(connection, said, by)
    return said


async def take_back(database: Database, name: str, by: str, now_ms: int) -> Release:
    """An announcement is taken back; raises FinalError when it is not the last word about its reservoir."""
    async with database.change() as connection:
        rows = (await connection.execute(select(*_RELEASE).where(release.c.id == name))).mappings().all()
        said = Release(**dict(rows[0])) if rows else None
        last = None if said is None else await _last_of(connection, said.reservoir)
        if said is None or last is None or last.id != said.id or said.state == "cancelled":
            raise FinalError("Không có tin xả lũ nào như vậy còn hiệu lực.")
        over = Release(
            id=_new_id(now_ms),
            replaces=said.id,
            state="cancelled",
            reservoir=said.reservoir,
            flow_m3s=said.flow_m3s,
            begins_ms=said.begins_ms,
            sent_ms=_after(said, now_ms),
            level_m=None,
            inflow_m3s=None,
            outflow_m3s=None,
            note="",
        )
        await _keep(connection, over, by)
    return over


async def ask_releases(connection: AsyncConnection, now_ms: int, *, newest_alone: bool) -> list[Release]:
    """Announcements of the last seven days, the newest first; ``newest_alone``: the last word of each reservoir."""
    row = release.c
    found = await connection.execute(
        select(*_RELEASE).where(row.sent_ms > now_ms - SHOWN_MS).order_by(row.sent_ms.desc()).limit(MOST_RELEASES)
    )
    said = [Release(**dict(one)) for one in found.mappings()]
    replaced = {one.replaces for one in said}
    return [one for one in said if one.id not in replaced] if newest_alone else said


async def _last_of(connection: AsyncConnection, reservoir: str) -> Release | None:
    asked: Any = select(*_RELEASE).where(release.c.reservoir == reservoir).order_by(release.c.sent_ms.desc()).limit(1)
    rows = (await connection.execute(asked)).mappings().all()
    return Release(**dict(rows[0])) if rows else None


async def _keep(connection: AsyncConnection, said: Release, by: str) -> None:
    values = {name: getattr(said, name) for name in Release.__dataclass_fields__}
    await connection.execute(release.insert().values(**values, by=by))


def _new_id(now_ms: int) -> str:
    return f"xa-{now_ms}-{secrets.token_hex(4)}"


def _after(before: Release | None, now_ms: int) -> int:
    """Whole seconds, as CAP writes them, and later than the word before: order is told by it."""
    sent_ms = now_ms // 1000 * 1000
    return sent_ms if before is None else max(sent_ms, before.sent_ms + 1000)
