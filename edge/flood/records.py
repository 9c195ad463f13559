"""Files of readings, columns time,station,quantity,value,unit; times without a zone are those of Vietnam."""

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path

from edge.core.errors import FinalError
from edge.core.forecast import Flood, Model, from_json
from edge.core.forecast.table import Row, history_of
from edge.core.local_time import instant

COLUMNS = ("time", "station", "quantity", "value", "unit")
UNITS = {"level": "m", "rain": "mm", "release_planned": "m3/s"}
"""What a forecast looks at, and the only unit in which it is taken."""


def flood_in(path: Path, station: str, upstream: str, flood_m: float) -> Flood:
    """The record of one station. Raises FinalError, naming the line, on a file that cannot be read."""
    history = history_of(rows_in(path), station, upstream)
    if not history.level:
        raise FinalError(f"{path}: không có mực nước (level) của trạm {station}.")
    return Flood(history, flood_m)


def rows_in(path: Path) -> Iterator[Row]:
    """The rows of a file that a forecast looks at; other quantities are passed over."""
    for number, row in lines_in(path):
        if row["quantity"] in UNITS:
            yield _row(path, number, row)


def lines_in(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a file with their numbers, by column. Raises FinalError on one that is no file of readings."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = csv.DictReader(file)
            missing = set(COLUMNS) - set(found.fieldnames or ())
            if missing:
                raise FinalError(f"{path}: thiếu cột {', '.join(sorted(missing))}.")
            for row in found:
                yield found.line_num, row
    except (OSError, UnicodeError, csv.Error) as error:
        raise FinalError(f"{path}: không đọc được: {error}") from error


def row_of(time: str, station: str, quantity: str, value: str) -> Row:
    """One row from its words. Raises ValueError."""
    return Row(instant(time), station, quantity, float(value))


def model_in(path: Path) -> Model:
    """A model from its file. Raises FinalError or MisconfiguredError."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise FinalError(f"{path}: không đọc được mô hình: {error}") from error
    if not isinstance(found, dict):
        raise FinalError(f"{path}: không phải tệp mô hình.")
    return from_json(found)


def _row(path: Path, line: int, row: dict[str, str]) -> Row:
    try:
        found = row_of(row["time"], row["station"], row["quantity"], row["value"])
    except (TypeError, ValueError) as error:
        raise FinalError(f"{path}, dòng {line}: {error}") from error
    if not math.isfinite(found.value) or row["unit"] != UNITS[row["quantity"]]:
        raise FinalError(f"{path}, dòng {line}: {row['quantity']} phải là số, đơn vị {UNITS[row['quantity']]}.")
    return found
