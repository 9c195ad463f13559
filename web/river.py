"""The river: every station with its readings, good and bad, and the form for a reading that somebody takes."""

import time
from dataclasses import asdict
from typing import Annotated, Any, Literal

from flask import Blueprint, Response, jsonify, render_template
from msgspec import Meta

from edge.control import protocol
from edge.core.policy.flood.limits import HOUR_MS
from edge.core.policy.flood.rain import AMOUNT, COUNTER, Spell, accumulate, share_of, spells
from edge.core.policy.flood.trust import trust
from edge.core.sensing import LEVEL, Quality, Source
from edge.store.reader import Reader
from web.asking import ask, who
from web.bodies import Body, read_body, read_query
from web.database import reading
from web.pages import desk
from web.person import the_person
from web.settings import ShownGauge, current_settings

GIVE_DEADLINE_S = 40.0
"""A photo is checked by a process of its own meanwhile."""
MOST_POINTS = 400
MOST_BAD = 150
MOST_ROWS = 60_000
"""Of one quantity in seven days: one every ten seconds. Older ones of a faster gauge are left out."""
BARS = 24
NEWEST = (
    "WITH RECURSIVE kind (quantity) AS (SELECT min(quantity) FROM reading WHERE station = ?1 UNION ALL SELECT"
    " (SELECT min(quantity) FROM reading WHERE station = ?1 AND quantity > kind.quantity) FROM kind"
    " WHERE kind.quantity IS NOT NULL)"
    " SELECT r.quantity, r.value, r.unit, r.at_ms, r.quality, r.source, r.by_user FROM kind JOIN reading r"
    " ON r.station = ?1 AND r.quantity = kind.quantity"
    " AND r.at_ms = (SELECT max(at_ms) FROM reading WHERE station = ?1 AND quantity = kind.quantity)"
    " ORDER BY r.quantity"
)

river = Blueprint("river", __name__)


class SpanQuery(Body, frozen=True):
    """How far back."""

    hours: Literal[24, 168] = 24


class GiveBody(Body, frozen=True):
    """What somebody read; ``photo`` is in the photo spool."""

    id: protocol.Uuid
    station: protocol.HamletName
    quantity: protocol.QuantityName
    value: Annotated[float, Meta(ge=-1000, le=100_000)]
    at_ms: protocol.AtMs | None = None
    note: Annotated[str, Meta(max_length=500)] = ""
    photo: protocol.Uuid | None = None
    sure: bool = False


@river.get("/river")
def page() -> str:
    """All stations."""
    return render_template("river.html", **desk(), gauges=current_settings().gauges)


@river.get("/api/river")
def stations() -> Response:
    """Every station with the readings of the last hours."""
    the_person()
    asked, now_ms = read_query(SpanQuery), time.time_ns() // 1_000_000
    with reading() as reader:
        rows = [_station(reader, gauge, asked.hours, now_ms) for gauge in current_settings().gauges]
    return jsonify(at_ms=now_ms, since_ms=now_ms - asked.hours * HOUR_MS, stations=rows)


@river.post("/api/river/readings")
def give() -> Response:
    """A reading that somebody takes; ``{"ask": sentence}`` asks whether it is really so."""
    person, body = the_person(), read_body(GiveBody)
    wish = protocol.GiveReading(
        **who(person),
        id=body.id,
        station=body.station,
        quantity=body.quantity,
        value=body.value,
        at_ms=body.at_ms,
        note=body.note,
        photo=body.photo,
        sure=body.sure,
    )
    return jsonify(ask(wish, GIVE_DEADLINE_S))


def _station(reader: Reader, gauge: ShownGauge, hours: int, now_ms: int) -> dict[str, Any]:
    rows = _rows(reader, gauge.id, LEVEL, now_ms - hours * HOUR_MS)
    good = [(row["at_ms"], row["value"]) for row in rows if row["quality"] == Quality.GOOD]
    newest = _newest(reader, gauge.id)
    level = next((row for row in newest if row["quantity"] == LEVEL), None)
    return {
        "id": gauge.id,
        "name": gauge.name,
        "origin": gauge.origin,
        "beside": [other.name for other in _beside(gauge)],
        "bao_dong_m": gauge.bao_dong_m,
        "datum": gauge.datum,
        "document": gauge.document,
        "level": level,
        "trust": _trust(gauge, level or (newest[0] if newest else None), now_ms),
        "trend": _thinned(good, now_ms - hours * HOUR_MS, now_ms),
        "bad": [_marked(row) for row in rows if row["quality"] != Quality.GOOD][-MOST_BAD:],
        "hand": _hand(reader, gauge.id, now_ms - hours * HOUR_MS),
        "others": [row for row in newest if row["quantity"] != LEVEL],
        "rain": _rain(reader, gauge, hours, now_ms),
    }


def _beside(gauge: ShownGauge) -> list[ShownGauge]:
    return [other for other in current_settings().gauges if gauge.place and other.place == gauge.place][:2]


def _trust(gauge: ShownGauge, row: dict[str, Any] | None, now_ms: int) -> str:
    if row is None:
        return "never"
    return trust(Quality(row["quality"]), Source(row["source"]), now_ms - row["at_ms"], gauge.period_s)


def _rows(reader: Reader, station: str, quantity: str, since_ms: int) -> list[dict[str, Any]]:
    rows = reader.rows(
        "SELECT at_ms, value, unit, quality, source, by_user FROM reading WHERE station = ? AND quantity = ?"
        " AND at_ms >= ? ORDER BY at_ms DESC LIMIT ?",
        *(station, quantity, since_ms, MOST_ROWS),
    )
    return rows[::-1]


def _newest(reader: Reader, station: str) -> list[dict[str, Any]]:
    """The newest reading of each quantity: found by the table's key, for readings are never deleted."""
    return reader.rows(NEWEST, station)


def _marked(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("at_ms", "value", "quality", "source", "by_user")}


def _hand(reader: Reader, station: str, since_ms: int) -> list[dict[str, Any]]:
    return reader.rows(
        "SELECT r.at_ms, r.quantity, r.value, r.unit, r.quality, r.by_user, h.note, h.photo FROM hand_reading h"
        " JOIN reading r ON r.station = h.station AND r.quantity = h.quantity AND r.at_ms = h.at_ms"
        " WHERE h.station = ? AND h.at_ms >= ? ORDER BY h.at_ms DESC LIMIT ?",
        *(station, since_ms, MOST_BAD),
    )


def _thinned(points: list[tuple[int, float]], since_ms: int, until_ms: int) -> list[tuple[int, float]]:
    """The highest point of each stretch: a crest is never thinned away. The newest stays."""
    if len(points) <= MOST_POINTS:
        return points
    stretch_ms = max(1, (until_ms - since_ms) // MOST_POINTS)
    highest: dict[int, tuple[int, float]] = {}
    for point in points:
        key = (point[0] - since_ms) // stretch_ms
        if key not in highest or point[1] > highest[key][1]:
            highest[key] = point
    kept = list(highest.values())
    return kept if kept[-1] == points[-1] else [*kept, points[-1]]


def _rain(reader: Reader, gauge: ShownGauge, hours: int, now_ms: int) -> dict[str, Any] | None:
    for quantity in (COUNTER, AMOUNT):
        rows = _rows(reader, gauge.id, quantity, now_ms - (hours + 25) * HOUR_MS)
        told = [(row["at_ms"], row["value"]) for row in rows if row["quality"] == Quality.GOOD]
        if told:
            fell = spells(quantity, told)
            sums = accumulate(fell, now_ms, gauge.rain_mm)
            return {
                "sums": [{**asdict(fallen), "reached": fallen.reached} for fallen in sums],
                "bars": _bars(fell, hours, now_ms),
                "bar_h": hours // BARS,
            }
    return None


def _bars(fell: tuple[Spell, ...], hours: int, now_ms: int) -> list[tuple[int, float]]:
    """Beginning of each bar and the millimetres in it, oldest first."""
    wide_ms = hours // BARS * HOUR_MS
    begins = [now_ms - (BARS - n) * wide_ms for n in range(BARS)]
    return [
        (begin, round(sum(spell.mm * share_of(spell, begin, begin + wide_ms) for spell in fell), 1)) for begin in begins
    ]
