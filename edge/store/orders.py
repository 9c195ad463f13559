"""Orders to horns and their one report each, as rows (law 3)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from edge.core.broadcast import HornReport, Operation
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with who wanted it; ``payload`` is the signed envelope as it travels, ``at_ms`` when it is to sound."""

    id: str
    op: Operation
    bulletin: str | None
    prepares: str | None
    priority: int
    hamlets: tuple[str, ...]
    ms: int
    exp_ms: int
    by_user: str
    payload: bytes
    at_ms: int = 0


def add_order(tx: Tx, order: OrderRow, horns: Sequence[str]) -> None:
    """Keep an order, and one open report for each horn that must answer."""
    tx.run(
        "INSERT INTO horn_order (id, op, bulletin, prepares, priority, hamlets, ms, exp_ms, made_at_ms, by_user,"
        " payload, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        order.id,
        order.op,
        order.bulletin,
        order.prepares,
        order.priority,
        json.dumps(order.hamlets),
        order.ms,
        order.exp_ms,
        tx.now.at_ms,
        order.by_user,
        order.payload,
        order.at_ms,
    )
    for horn in horns:
        tx.run("INSERT INTO horn_report (horn_order, horn) VALUES (?, ?)", order.id, horn)


def open_reports(tx: Tx) -> list[tuple[OrderRow, str]]:
    """Orders that some horn has not answered, as (order, horn): what a restart must take up again.

    Not those that a horn has in its plan: it plays and reports by itself. Planned orders are the planner's.
    """
    rows = tx.run(
        "SELECT o.id, o.op, o.bulletin, o.prepares, o.priority, o.hamlets, o.ms, o.exp_ms, o.by_user, o.payload, r.horn"
        " FROM horn_report r JOIN horn_order o ON o.id = r.horn_order WHERE r.outcome IS NULL AND r.held = 0"
        " AND NOT EXISTS (SELECT 1 FROM planned_airing a WHERE a.horn_order = o.id)"
    ).fetchall()
    return [(_order(row[:10]), row[10]) for row in rows]


@dataclass(frozen=True, slots=True)
class LastStop:
    """A STOP that has not expired, and the hamlets that something was ordered to sound in after it."""

    order: OrderRow
    sound_again: frozenset[str]


def last_stops(tx: Tx) -> list[LastStop]:
    """STOP orders of an earlier life that may not have reached every horn: a restart must not swallow them."""
    rows = tx.run(
        "SELECT id, op, bulletin, prepares, priority, hamlets, ms, exp_ms, by_user, payload, rowid FROM horn_order"
        " WHERE op = 'stop' AND exp_ms > ? ORDER BY rowid",
        tx.now.at_ms,
    ).fetchall()
    return [LastStop(_order(row[:10]), _played_after(tx, row[10])) for row in rows]


def _played_after(tx: Tx, rowid: int) -> frozenset[str]:
    """A planned order counts from its time on, not from the day on which it was made."""
    rows = tx.run(
        "SELECT o.hamlets FROM horn_order o WHERE o.op = 'play' AND o.rowid > ?1"
        " AND NOT EXISTS (SELECT 1 FROM planned_airing a WHERE a.horn_order = o.id) UNION ALL"
        " SELECT hamlets FROM planned_airing WHERE at_ms <= ?2 AND state != 'withdrawn'"
        " AND at_ms > (SELECT made_at_ms FROM horn_order WHERE rowid = ?1)",
        rowid,
        tx.now.at_ms,
    )
    return frozenset(hamlet for (hamlets,) in rows for hamlet in json.loads(hamlets))


def close_report(tx: Tx, report: HornReport) -> bool:
    """Write the one report of this order and horn; False when it had one already."""
    key = f"{report.order}/{report.horn}"
    changed = tx.run(
        "UPDATE horn_report SET outcome = ?, reason = ?, rms_db = ?, amp_ma = ?, level_db = ?, played_ms = ?,"
        " at_ms = ?"
        " WHERE horn_order = ? AND horn = ? AND outcome IS NULL",
        report.outcome,
        report.reason,
        report.rms_db,
        report.amp_ma,
        report.level_db,
        report.played_ms,
        tx.now.at_ms,
        str(report.order),
        report.horn,
    ).rowcount
    if changed:
        data = {"outcome": report.outcome, "reason": report.reason, "played_ms": report.played_ms}
        data |= {name: getattr(report, name) for name in ("rms_db", "amp_ma", "level_db")}
        tx.event(LANE_RESULT, "horn.reported", key, data)
    return bool(changed)


def _order(row: tuple[object, ...]) -> OrderRow:
    values = list(row)
    values[1] = Operation(str(values[1]))
    values[5] = tuple(json.loads(str(values[5])))
    return OrderRow(*values)  # type: ignore[arg-type]  # the columns above, in order
