"""Values of indicators as pages, the wall and reports read them, beside the writer.

A row that was written later than now comes from a clock that was wrong: it is never shown as what is known.
"""

from dataclasses import replace

from edge.core.indicator.values import Measured, Origin
from edge.store.reader import Reader

_COLUMNS = "value, at_ms, seen_ms, total, origin, by_user, note"


def last_value(reader: Reader, indicator: str, now_ms: int, before_ms: int = 2**53) -> Measured | None:
    """The newest value before this moment."""
    asked = (indicator, now_ms, before_ms)
    rows = _rows(reader, "indicator = ? AND made_at_ms <= ? AND at_ms < ? ORDER BY at_ms DESC LIMIT 1", *asked)
    return _seen(rows, now_ms)[0] if rows else None


def values_since(reader: Reader, indicator: str, now_ms: int, since_ms: int, most: int) -> list[Measured]:
    """Its newest values since then, at most ``most``, oldest first."""
    asked = (indicator, now_ms, since_ms, most)
    rows = _rows(reader, "indicator = ? AND made_at_ms <= ? AND at_ms >= ? ORDER BY at_ms DESC LIMIT ?", *asked)
    return _seen(rows, now_ms)[::-1]


def _seen(rows: list[Measured], now_ms: int) -> list[Measured]:
    """Nothing was confirmed later than now: what a wrong clock said counts as never said."""
    return [row if row.seen_ms <= max(now_ms, row.at_ms) else replace(row, seen_ms=row.at_ms) for row in rows]


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
