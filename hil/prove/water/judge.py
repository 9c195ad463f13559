"""An independent finder of crossings: one level at a time, in decimal figures, knowing nothing of the product."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

HYSTERESIS = Decimal("0.10")


@dataclass(frozen=True, slots=True, order=True)
class Met:
    """The water went through a level at this row."""

    time: str
    level: int
    direction: str


def levels_in(path: Path, station: str) -> list[tuple[str, Decimal]]:
    """Time and level of every row of the station, as the file has them."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            (row["time"], Decimal(row["value"]))
            for row in csv.DictReader(file)
            if row["station"] == station and row["quantity"] == "level"
        ]


def crossings(rows: Sequence[tuple[str, Decimal]], levels: Sequence[Decimal]) -> list[Met]:
    """Up at the first row that is not below a level, down at the first that is more than 0.10 m below it."""
    found: list[Met] = []
    for number, threshold in enumerate(levels, 1):
        above = False
        for time, value in rows:
            if not above and value >= threshold:
                above = True
                found.append(Met(time, number, "up"))
            elif above and value < threshold - HYSTERESIS:
                above = False
                found.append(Met(time, number, "down"))
    return sorted(found)


def standing(met: Sequence[Met]) -> list[tuple[str, int, int]]:
    """Time, level before and after of every row that changed the level that stands."""
    level, changes = 0, []
    for time in dict.fromkeys(one.time for one in met):
        before = level
        for one in met:
            if one.time == time:
                level += 1 if one.direction == "up" else -1
        changes.append((time, before, level))
    return changes
