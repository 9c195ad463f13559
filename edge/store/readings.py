"""Readings of gauges; the latest of each quantity decides what the wall shows."""

from edge.core.sensing import Reading
from edge.store.journal import Tx
from edge.store.outbox import LANE_TELEMETRY


def add_reading(tx: Tx, reading: Reading) -> None:
    """Keep a reading, bad ones too, and tell the province."""
    tx.run(
        "INSERT OR IGNORE INTO reading (station, quantity, at_ms, value, unit, quality) VALUES (?, ?, ?, ?, ?, ?)",
        reading.station,
        reading.quantity,
        reading.at_ms,
        reading.value,
        reading.unit,
        reading.quality,
    )
    tx.event(
        LANE_TELEMETRY,
        "reading.taken",
        reading.station,
        {
            "quantity": reading.quantity,
            "value": reading.value,
            "unit": reading.unit,
            "at_ms": reading.at_ms,
            "quality": reading.quality,
        },
    )


def newest_level(tx: Tx, station: str) -> tuple[int, float] | None:
    """When the last good level of a station was read, and what it was."""
    row = tx.row(
        "SELECT at_ms, value FROM reading WHERE station = ? AND quantity = 'level' AND quality = 'good'"
        " ORDER BY at_ms DESC LIMIT 1",
        station,
    )
    return (int(row[0]), float(row[1])) if row else None
