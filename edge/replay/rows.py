"""A file of readings: columns time, station, quantity, value, unit; the time is local where it names no zone."""

import math
from dataclasses import dataclass
from pathlib import Path

from edge.core.errors import FinalError
from edge.core.local_time import instant
from edge.flood.records import lines_in

MOST_ROWS = 2_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One reading. ``time`` is as the file writes it."""

    time: str
    at_ms: int
    station: str
    quantity: str
    value: float
    unit: str


def read_rows(path: Path, station: str) -> list[Row]:
    """The rows of one station in the order of their time; raises FinalError naming the line that is wrong."""
    rows = []
    for number, line in lines_in(path):
        if number > MOST_ROWS:
            raise FinalError(f"{path}: quá {MOST_ROWS} dòng.")
        if line["station"] == station:
            rows.append(_row(path, number, line))
    if not rows:
        raise FinalError(f"{path}: không có số đo nào của trạm {station}.")
    return sorted(rows, key=lambda row: row.at_ms)


def _row(path: Path, number: int, line: dict[str, str]) -> Row:
    try:
        at_ms = instant(line["time"])
        value = float(line["value"])
    except (ValueError, TypeError) as cause:
        raise FinalError(f"{path}:{number}: giờ hoặc số đo không đúng.") from cause
    if not math.isfinite(value):
        raise FinalError(f"{path}:{number}: số đo không đúng.")
    return Row(line["time"], at_ms, line["station"], line["quantity"], value, line["unit"] or "")
