"""Values of indicators as they are written: each with its event for the province, in one transaction."""

from collections.abc import Collection
from dataclasses import replace

from edge.core.indicator.values import Indicator, Measured, Origin, target_of, whole_of
from edge.store.journal import Tx
from edge.store.outbox import LANE_TELEMETRY

HOUR_MS = 3_600_000
"""What is asked for makes at most one row an hour, however often it changes: a history for years, not for seconds."""
CONFIRM_MS = 600_000
"""That it is still so is written down every ten minutes at most: the disk has better things to do."""
_COLUMNS = "value, at_ms, seen_ms, total, origin, by_user, note"


def newest_value(tx: Tx, indicator: str) -> Measured | None:
    """The value with the latest moment, of those that were written before now.

    One that is written later than now comes from a clock that was wrong: it stands in nobody's way.
    """
    row = tx.row(
        f"SELECT {_COLUMNS} FROM indicator_value WHERE indicator = ? AND made_at_ms <= ?"  # noqa: S608 - a constant
        " ORDER BY at_ms DESC LIMIT 1",
        indicator,
        tx.now.at_ms,
    )
    return None if row is None else measured_of(row)


def value_before(tx: Tx, indicator: str, at_ms: int) -> Measured | None:
    """The value of this moment, else the last one before it."""
    row = tx.row(
        f"SELECT {_COLUMNS} FROM indicator_value WHERE indicator = ? AND at_ms <= ?"  # noqa: S608 - a constant
        " ORDER BY at_ms DESC LIMIT 1",
        indicator,
        at_ms,
    )
    return None if row is None else measured_of(row)


def keep_value(tx: Tx, indicator: Indicator, new: Measured) -> bool:
    """Write it in the place of whatever stood at that moment, and tell the province; False when it said the same."""
    there = value_before(tx, indicator.id, new.at_ms)
    if there is not None and there.at_ms == new.at_ms and _same(there, new):
        return False
    _put(tx, indicator.id, new)
    _tell(tx, indicator, new)
    return True


def keep_asked(tx: Tx, indicator: Indicator, new: Measured) -> bool:
    """The same for what comes by itself again and again; whether anything is new.

    The same value lengthens the row that says it; another one within the same hour takes its place.
    """
    last = newest_value(tx, indicator.id)
    if last is not None and new.at_ms < last.at_ms:
        return keep_value(tx, indicator, new)  # it tells of earlier than what is known
    if last is not None and _same(last, new):
        if _was_confirmed(last, new, tx.now.at_ms):
            return False
        lengthen = "UPDATE indicator_value SET seen_ms = ? WHERE indicator = ? AND at_ms = ?"
        tx.run(lengthen, new.seen_ms, indicator.id, last.at_ms)
        return False
    if last is not None and last.origin == new.origin and last.at_ms // HOUR_MS == new.at_ms // HOUR_MS:
        _put(tx, indicator.id, replace(new, at_ms=last.at_ms))
        _tell(tx, indicator, new)
        return True
    return keep_value(tx, indicator, new)


def remove_value(tx: Tx, indicator: str, at_ms: int) -> Measured | None:
    """Take a value back and tell the province; what it was, None when there is none."""
    there = value_before(tx, indicator, at_ms)
    if there is None or there.at_ms != at_ms:
        return None
    tx.run("DELETE FROM indicator_value WHERE indicator = ? AND at_ms = ?", indicator, at_ms)
    tx.event(LANE_TELEMETRY, "indicator.removed", f"indicator/{indicator}", {"at_ms": at_ms})
    return there


def residents_answered(tx: Tx, since_ms: int) -> tuple[int, int]:
    """Of the residents' reports since then: how many are answered (settled, or the answer went on air), how many."""
    row = tx.row(
        "SELECT count(*) FILTER (WHERE r.state = 'settled' OR b.state = 'aired'), count(*)"
        " FROM resident_report r LEFT JOIN bulletin b ON b.id = r.bulletin WHERE r.made_at_ms >= ?",
        since_ms,
    )
    assert row is not None, "an aggregate always has a row"
    return int(row[0]), int(row[1])


def measured_of(row: Collection[object]) -> Measured:
    """A row of ``value, at_ms, seen_ms, total, origin, by_user, note``."""
    value, at_ms, seen_ms, total, origin, by, note = row
    return Measured(
        float(str(value)),
        int(str(at_ms)),
        int(str(seen_ms)),
        None if total is None else float(str(total)),
        Origin(str(origin)),
        str(by),
        str(note),
    )


def _was_confirmed(last: Measured, new: Measured, now_ms: int) -> bool:
    """Whether that it is still so was written down just now; a word of a clock that ran ahead does not count."""
    ahead = last.seen_ms > max(now_ms, new.seen_ms)
    return not ahead and new.seen_ms - last.seen_ms < CONFIRM_MS


def _same(one: Measured, other: Measured) -> bool:
    return (one.value, one.total, one.origin, one.note) == (other.value, other.total, other.origin, other.note)


def _put(tx: Tx, indicator: str, new: Measured) -> None:
    tx.run(
        "INSERT OR REPLACE INTO indicator_value"
        " (indicator, at_ms, seen_ms, value, total, origin, by_user, note, made_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(indicator, new.at_ms, new.seen_ms, new.value, new.total, new.origin, new.by, new.note, tx.now.at_ms),
    )


def _tell(tx: Tx, indicator: Indicator, new: Measured) -> None:
    told = {
        "title": indicator.name,
        "value": new.value,
        "total": whole_of(indicator, new),
        "target": target_of(indicator, new),
        "unit": indicator.unit,
        "at_ms": new.at_ms,
        "origin": new.origin,
    }
    tx.event(LANE_TELEMETRY, "indicator.measured", f"indicator/{indicator.id}", told)
