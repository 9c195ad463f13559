"""A file of readings: columns time, station, quantity, value, unit; the time is local where it names no zone."""

import csv
import datetime as dt
import math
from dataclasses import dataclass
from pathlib import Path

from edge.core.errors import FinalError
from edge.core.local_time import VIETNAM

COLUMNS = {"time", "station", "quantity", "value", "unit"}
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
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        if not set(table.fieldnames or ()) >= COLUMNS:
            raise FinalError(f"{path}: phải có các cột {', '.join(sorted(COLUMNS))}.")
        rows = []
        for number, line in enumerate(table, 2):
            if number > MOST_ROWS:
                raise FinalError(f"{path}: quá {MOST_ROWS} dòng.")
            if line["station"] == station:
                rows.append(_row(path, number, line))
    if not rows:
        raise FinalError(f"{path}: không có số đo nào của trạm {station}.")
    return sorted(rows, key=lambda row: row.at_ms)


def _row(path: Path, number: int, line: dict[str, str]) -> Row:
    try:
        at = dt.datetime.fromisoformat(line["time"])
        value = float(line["value"])
    except (ValueError, TypeError) as cause:
        raise FinalError(f"{path}:{number}: giờ hoặc số đo không đúng.") from cause
    if not math.isfinite(value):
        raise FinalError(f"{path}:{number}: số đo không đúng.")
    known = at if at.tzinfo else at.replace(tzinfo=VIETNAM)
    at_ms = round(known.timestamp() * 1000)
    return Row(line["time"], at_ms, line["station"], line["quantity"], value, line["unit"] or "")
