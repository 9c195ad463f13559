"""Readings of gauges and of people; the latest of each quantity decides what the wall shows."""

from dataclasses import dataclass, replace

from edge.core.moment import AtMs
from edge.core.place import StationId
from edge.core.sensing import Quality, Reading, Source
from edge.store.journal import Tx
from edge.store.outbox import LANE_TELEMETRY

CORRECTIONS_MS = 50
"""So many other values for one time are kept; no honest station corrects itself more often."""
_COLUMNS = "station, quantity, value, unit, at_ms, quality, came_at_ms, source, by_user"


@dataclass(frozen=True, slots=True)
class HandNote:
    """What a person added to a reading. ``id`` is the browser's own; ``photo`` the id of a picture that was sent."""

    id: str
    note: str
    photo: str | None


def add_reading(tx: Tx, reading: Reading, note: HandNote | None = None) -> Reading | None:
    """Keep a reading, bad ones too, and tell the province; returns it as it was kept, None where it is there already.

    A station that tells another value for the same time corrects itself: both are kept, a millisecond apart.
    """
    at_ms = _free_time(tx, reading)
    if at_ms is None:
        return None
    kept = replace(reading, at_ms=at_ms)
    tx.run(
        f"INSERT INTO reading ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
        *(kept.station, kept.quantity, kept.value, kept.unit, kept.at_ms, kept.quality),
        *(kept.came_at_ms, kept.source, kept.by),
    )
    if note is not None:
        tx.run(
            "INSERT INTO hand_reading (id, station, quantity, at_ms, note, photo) VALUES (?, ?, ?, ?, ?, ?)",
            *(note.id, kept.station, kept.quantity, kept.at_ms, note.note, note.photo),
        )
    data = {
        "quantity": kept.quantity,
        "value": kept.value,
        "unit": kept.unit,
        "at_ms": kept.at_ms,
        "quality": kept.quality,
        "came_at_ms": kept.came_at_ms,
        "source": kept.source,
    }
    tx.event(LANE_TELEMETRY, "reading.taken", kept.station, data)
    return kept


def _free_time(tx: Tx, reading: Reading) -> AtMs | None:
    rows = tx.run(
        "SELECT at_ms, value FROM reading WHERE station = ? AND quantity = ? AND at_ms BETWEEN ? AND ? ORDER BY at_ms",
        *(reading.station, reading.quantity, reading.at_ms, reading.at_ms + CORRECTIONS_MS),
    ).fetchall()
    if not rows or rows[0][0] != reading.at_ms:
        return reading.at_ms
    known = any(value == reading.value for _, value in rows) or len(rows) > CORRECTIONS_MS
    return None if known else AtMs(rows[-1][0] + 1)


def hand_given(tx: Tx, press: str) -> bool:
    """Whether this press of a person is kept already."""
    return tx.row("SELECT 1 FROM hand_reading WHERE id = ?", press) is not None


def hand_photos(tx: Tx, before_ms: int, most: int) -> list[str]:
    """Photos of hand readings that were made before this moment, oldest first."""
    rows = tx.run(
        "SELECT photo FROM hand_reading WHERE photo IS NOT NULL AND at_ms < ? ORDER BY at_ms LIMIT ?", before_ms, most
    )
    return [photo for (photo,) in rows]


def hand_photos_gone(tx: Tx, photos: list[str]) -> None:
    """These were deleted from the disk."""
    for photo in photos:
        tx.run("UPDATE hand_reading SET photo = NULL WHERE photo = ?", photo)


def last_readings(tx: Tx, station: str, quantity: str, most: int) -> list[Reading]:
    """The newest readings of a quantity, good and bad, oldest first."""
    rows = tx.run(
        f"SELECT {_COLUMNS} FROM reading WHERE station = ? AND quantity = ?"  # noqa: S608 - a constant
        " ORDER BY at_ms DESC LIMIT ?",
        *(station, quantity, most),
    ).fetchall()
    return [_reading(row) for row in reversed(rows)]


def quantities_of(tx: Tx, station: str) -> list[str]:
    """What this station has ever measured, found by the key: not by a walk through all that it ever said."""
    sql = "SELECT min(quantity) FROM reading WHERE station = ? AND quantity > ?"
    names: list[str] = []
    while (row := tx.row(sql, station, names[-1] if names else "")) and row[0] is not None:
        names.append(str(row[0]))
    return names


def good_readings(tx: Tx, station: str, quantity: str, since_ms: int) -> list[tuple[int, float, int | None]]:
    """When each good reading was taken, its value, and when it came (None: at once), oldest first."""
    return tx.run(
        "SELECT at_ms, value, came_at_ms FROM reading WHERE station = ? AND quantity = ? AND at_ms >= ?"
        " AND quality = 'good' ORDER BY at_ms",
        station,
        quantity,
        since_ms,
    ).fetchall()


def newest_level(tx: Tx, station: str) -> tuple[int, float] | None:
    """When the last good level of a station was read, and what it was."""
    row = tx.row(
        "SELECT at_ms, value FROM reading WHERE station = ? AND quantity = 'level' AND quality = 'good'"
        " ORDER BY at_ms DESC LIMIT 1",
        station,
    )
    return (int(row[0]), float(row[1])) if row else None


def _reading(row: tuple[object, ...]) -> Reading:
    station, quantity, value, unit, at_ms, quality, came_at_ms, source, by = row
    return Reading(
        StationId(str(station)),
        str(quantity),
        float(str(value)),
        str(unit),
        AtMs(int(str(at_ms))),
        Quality(str(quality)),
        AtMs(int(str(came_at_ms))),
        Source(str(source)),
        str(by),
    )
