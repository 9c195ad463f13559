"""The plans that the nodes were given, and which planned orders they hold, as rows."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from edge.core.broadcast import HornReport, Operation, OrderId, Outcome
from edge.core.place import HornId
from edge.store.journal import Tx
from edge.store.late import hold_reports
from edge.store.orders import OrderRow, close_report

WITHDRAWN = "Đã rút khỏi lịch trước giờ phát."
GONE = "Cụm loa không còn trong cấu hình."
NEVER_CAME = "Hộp không chạy lúc đến giờ phát, và cụm loa chưa nhận kế hoạch."


@dataclass(frozen=True, slots=True)
class NodePlan:
    """The newest plan of a node: its number, what is in it, and the envelope as it travels."""

    horn: HornId
    number: OrderId
    floor_seq: int
    hamlet: str
    orders: tuple[str, ...]
    payload: bytes
    made_at_ms: int


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """An order that belongs into plans, with its time."""

    order: OrderRow
    at_ms: int


def node_plans(tx: Tx) -> dict[HornId, NodePlan]:
    """By node."""
    rows = tx.run("SELECT horn, epoch, seq, floor_seq, hamlet, orders, payload, made_at_ms FROM node_plan").fetchall()
    return {
        HornId(row[0]): NodePlan(
            HornId(row[0]), OrderId(row[1], row[2]), row[3], row[4], tuple(json.loads(row[5])), row[6], row[7]
        )
        for row in rows
    }


def keep_node_plan(tx: Tx, plan: NodePlan) -> None:
    """It replaces the one before."""
    tx.run(
        "INSERT OR REPLACE INTO node_plan (horn, epoch, seq, floor_seq, hamlet, orders, payload, made_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        plan.horn,
        plan.number.epoch,
        plan.number.seq,
        plan.floor_seq,
        plan.hamlet,
        json.dumps(plan.orders),
        plan.payload,
        plan.made_at_ms,
    )


def planned_orders(tx: Tx, from_ms: int) -> list[PlannedOrder]:
    """Orders that belong into plans now, in order of time: planned for ``from_ms`` or later, or on air."""
    rows = tx.run(
        f"SELECT {_ORDER}, a.at_ms FROM planned_airing a JOIN horn_order o ON o.id = a.horn_order"  # noqa: S608 - constant
        " WHERE a.at_ms >= ? AND a.state IN ('planned', 'airing') ORDER BY a.at_ms, a.seq",
        from_ms,
    ).fetchall()
    return [PlannedOrder(_order(row[:11]), row[11]) for row in rows]


def planned_order(tx: Tx, order: str) -> OrderRow:
    """The order of a planned item."""
    row = tx.row(f"SELECT {_ORDER} FROM horn_order o WHERE o.id = ?", order)  # noqa: S608 - a constant
    assert row is not None, order
    return _order(row)


def orders_at(tx: Tx, orders: Iterable[str]) -> dict[str, int]:
    """When these orders of plans are to sound."""
    found = {}
    for order in orders:
        row = tx.row("SELECT at_ms FROM planned_airing WHERE horn_order = ?", order)
        if row is not None:
            found[order] = int(row[0])
    return found


def confirm_plan(tx: Tx, horn: HornId, number: OrderId) -> int:
    """This node holds the plan of this number, clips and all: how many planned orders are its own to report now.

    What it has no more in its plan it will not play: that report is closed.
    """
    plan = tx.row("SELECT epoch, floor_seq FROM node_plan WHERE horn = ?", horn)
    if plan is None or plan[0] != number.epoch or number.seq < plan[1]:
        return 0
    rows = tx.run(
        "SELECT r.horn_order FROM horn_report r JOIN planned_airing a ON a.horn_order = r.horn_order"
        " WHERE r.horn = ? AND r.outcome IS NULL AND r.held = 0 AND a.state IN ('planned', 'airing')"
        " AND a.plan_seq <= ?",
        horn,
        number.seq,
    ).fetchall()
    orders = [row[0] for row in rows if OrderId.parse(row[0]).epoch == number.epoch]
    hold_reports(tx, horn, orders)
    _close_withdrawn(tx, horn, number)
    return len(orders)


def holders(tx: Tx, order: str) -> frozenset[HornId]:
    """Nodes that have this order in their plan."""
    rows = tx.run("SELECT horn FROM horn_report WHERE horn_order = ? AND held = 1", order)
    return frozenset(HornId(row[0]) for row in rows)


def owing(tx: Tx, order: str) -> frozenset[HornId]:
    """Nodes whose report of this order is still to come."""
    rows = tx.run("SELECT horn FROM horn_report WHERE horn_order = ? AND outcome IS NULL", order)
    return frozenset(HornId(row[0]) for row in rows)


def close_unheld(tx: Tx, order: str, why: str) -> None:
    """Nobody will play this order any more but those who hold it in their plan."""
    rows = tx.run("SELECT horn FROM horn_report WHERE horn_order = ? AND outcome IS NULL AND held = 0", order)
    for (horn,) in rows.fetchall():
        close_report(tx, HornReport(OrderId.parse(order), HornId(horn), Outcome.UNKNOWN, why, None, None, None))


def close_passed(tx: Tx, before_ms: int) -> None:
    """Withdrawn items whose time has passed, at nodes that never held them."""
    rows = tx.run(
        "SELECT DISTINCT a.horn_order FROM planned_airing a JOIN horn_report r ON r.horn_order = a.horn_order"
        " WHERE a.state = 'withdrawn' AND a.at_ms < ? AND r.outcome IS NULL AND r.held = 0",
        before_ms,
    ).fetchall()
    for (order,) in rows:
        close_unheld(tx, order, WITHDRAWN)


def close_gone(tx: Tx, known: Collection[str]) -> None:
    """What is owed by horns that are in no settings any more."""
    rows = tx.run(
        "SELECT r.horn_order, r.horn FROM planned_airing a JOIN horn_report r ON r.horn_order = a.horn_order"
        " WHERE r.outcome IS NULL"
    ).fetchall()
    for order, horn in rows:
        if horn not in known:
            close_report(tx, HornReport(OrderId.parse(order), HornId(horn), Outcome.UNKNOWN, GONE, None, None, None))


def close_unpublished(tx: Tx) -> None:
    """Items that were withdrawn before any plan had them: no node can play them."""
    rows = tx.run(
        "SELECT r.horn_order, r.horn FROM planned_airing a JOIN horn_report r ON r.horn_order = a.horn_order"
        " WHERE a.state = 'withdrawn' AND a.plan_seq IS NULL AND r.outcome IS NULL"
    ).fetchall()
    for order, horn in rows:
        close_report(tx, _refused(order, horn))


def _close_withdrawn(tx: Tx, horn: HornId, number: OrderId) -> None:
    rows = tx.run(
        "SELECT r.horn_order FROM horn_report r JOIN planned_airing a ON a.horn_order = r.horn_order"
        " WHERE r.horn = ? AND r.outcome IS NULL AND a.state = 'withdrawn' AND a.out_seq <= ?",
        horn,
        number.seq,
    ).fetchall()
    for (order,) in rows:
        if OrderId.parse(order).epoch == number.epoch:
            close_report(tx, _refused(order, horn))


def _refused(order: str, horn: str) -> HornReport:
    return HornReport(OrderId.parse(order), HornId(horn), Outcome.REFUSED, WITHDRAWN, None, None, None)


_ORDER = "o.id, o.op, o.bulletin, o.prepares, o.priority, o.hamlets, o.ms, o.exp_ms, o.by_user, o.payload, o.at_ms"


def _order(row: tuple[object, ...]) -> OrderRow:
    values = list(row)
    values[1] = Operation(str(values[1]))
    values[5] = tuple(json.loads(str(values[5])))
    return OrderRow(*values)  # type: ignore[arg-type]  # the columns above, in order
