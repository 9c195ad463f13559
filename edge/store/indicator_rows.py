"""Values of indicators as pages, the wall and reports read them, beside the writer."""

from edge.core.indicator.values import Measured, Origin
from edge.store.reader import Reader

_COLUMNS = "value, at_ms, seen_ms, total, origin, by_user, note"


def last_value(reader: Reader, indicator: str, before_ms: int = 2**53) -> Measured | None:
    """The newest value before this moment."""
    rows = _rows(reader, "indicator = ? AND at_ms < ? ORDER BY at_ms DESC LIMIT 1", indicator, before_ms)
    return rows[0] if rows else None


def values_since(reader: Reader, indicator: str, since_ms: int, most: int) -> list[Measured]:
    """Its newest values since then, at most ``most``, oldest first."""
    asked = (indicator, since_ms, most)
    return _rows(reader, "indicator = ? AND at_ms >= ? ORDER BY at_ms DESC LIMIT ?", *asked)[::-1]


def _rows(reader: Reader, where: str, *values: object) -> list[Measured]:
    rows = reader.rows(f"SELECT {_COLUMNS} FROM indicator_value WHERE {where}", *values)  # noqa: S608 - constants
    return [
        Measured(
            row["value"],
            row["at_ms"],
            row["seen_ms"],
            row["total"],
            Origin(row["origin"]),
            row["by_user"],
            row["note"],
        )
        for row in rows
    ]
