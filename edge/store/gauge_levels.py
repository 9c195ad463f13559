"""The levels of each gauge as data: what the config said, what people set since, nothing forgotten (R9)."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from edge.store.journal import Tx

FROM_CONFIG = "config"
FROM_PERSON = "person"


@dataclass(frozen=True, slots=True)
class GaugeLevels:
    """One version. ``config_line``: what the config said when it was set; it holds until that changes."""

    station: str
    bao_dong_m: tuple[float, ...]
    datum: str
    source: str
    issued: dt.date | None
    origin: str
    config_line: str
    by_user: str
    set_at_ms: int = 0
    number: int = 0


def newest_levels(tx: Tx, station: str) -> GaugeLevels | None:
    """What is in force; None for a gauge that only measures."""
    row = tx.row(f"{_LEVELS} WHERE station = ? ORDER BY number DESC LIMIT 1", station)
    return levels_of_row(row) if row else None


def set_levels(tx: Tx, levels: GaugeLevels) -> GaugeLevels:
    """A new version, from now on; as it was kept."""
    row = tx.row("SELECT coalesce(max(number), 0) FROM gauge_levels WHERE station = ?", levels.station)
    number = (row[0] if row else 0) + 1
    tx.run(
        "INSERT INTO gauge_levels (station, number, bao_dong_m, datum, source, issued, origin, config_line, by_user,"
        " set_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        levels.station,
        number,
        json.dumps(levels.bao_dong_m),
        levels.datum,
        levels.source,
        levels.issued.isoformat() if levels.issued else "",
        levels.origin,
        levels.config_line,
        levels.by_user,
        tx.now.at_ms,
    )
    kept = newest_levels(tx, levels.station)
    assert kept is not None
    return kept


_LEVELS = (
    "SELECT station, bao_dong_m, datum, source, issued, origin, config_line, by_user, set_at_ms, number"
    " FROM gauge_levels"
)
_NEWEST = "(SELECT max(number) FROM gauge_levels WHERE station = g.station)"
LEVELS_IN_FORCE = f"{_LEVELS} g WHERE number = {_NEWEST}"  # noqa: S608 - constants
"""Those of every gauge, for a reader."""


def levels_of_row(row: Sequence[Any]) -> GaugeLevels:
    """A row of the table."""
    issued = dt.date.fromisoformat(row[4]) if row[4] else None
    return GaugeLevels(row[0], tuple(json.loads(row[1])), row[2], row[3], issued, *row[5:])
