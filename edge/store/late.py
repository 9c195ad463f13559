"""Reports that come long after their order, and what a horn's own key played."""

from collections.abc import Sequence
from enum import Enum, auto

from edge.core.broadcast import HornReport, Outcome
from edge.core.moment import AtMs
from edge.store.journal import Tx
from edge.store.orders import close_report
from edge.store.outbox import LANE_RESULT

DAY_MS = 86_400_000
MOST_LOCAL_A_DAY = 100
HELD_FOR_MS = 30 * DAY_MS
"""So long a report of a planned order stays open while its horn cannot be reached (docs/design/voice.md)."""
GIVEN_UP = "Cụm loa mất liên lạc quá 30 ngày."


class Late(Enum):
    """What became of a report that nobody waited for."""

    CLOSED = auto()
    BESIDE = auto()
    KNOWN = auto()
    NEVER_OWED = auto()


def hold_reports(tx: Tx, horn: str, orders: Sequence[str]) -> None:
    """This horn has these orders in its plan on its own disk: their reports stay open, however long it is away."""
    for order in orders:
        tx.run("UPDATE horn_report SET held = 1 WHERE horn_order = ? AND horn = ? AND outcome IS NULL", order, horn)


def expected_ms(tx: Tx, order: str, horn: str) -> int | None:
    """How long this order sounds, if this horn owes or owed a report of it."""
    row = tx.row(
        "SELECT o.ms FROM horn_report r JOIN horn_order o ON o.id = r.horn_order WHERE r.horn_order = ? AND r.horn = ?",
        order,
        horn,
    )
    return None if row is None else int(row[0])


def take_late(tx: Tx, report: HornReport) -> Late:
    """Close an open report; beside one that was UNKNOWN the horn's word is kept. The one report never changes."""
    if close_report(tx, report):
        return Late.CLOSED
    row = tx.row("SELECT outcome FROM horn_report WHERE horn_order = ? AND horn = ?", str(report.order), report.horn)
    if row is None:
        return Late.NEVER_OWED
    if row[0] != Outcome.UNKNOWN or report.outcome is Outcome.UNKNOWN:
        return Late.KNOWN
    new = tx.run(
        "INSERT OR IGNORE INTO late_word (horn_order, horn, at_ms, outcome, reason, rms_db, amp_ma, level_db,"
        " played_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        str(report.order),
        report.horn,
        tx.now.at_ms,
        report.outcome,
        report.reason,
        report.rms_db,
        report.amp_ma,
        report.level_db,
        report.played_ms,
    ).rowcount
    if new:
        data = {"outcome": report.outcome, "reason": report.reason, "played_ms": report.played_ms}
        tx.event(LANE_RESULT, "horn.reported_late", f"{report.order}/{report.horn}", data)
    return Late.BESIDE if new else Late.KNOWN


def keep_local_play(tx: Tx, report: HornReport, template: str, ended_at_ms: AtMs) -> bool:
    """Write down what the key of a horn played: LOCAL, in the audit and for the province; False when it is known.

    Of one horn at most MOST_LOCAL_A_DAY: a stolen node must not fill the store.
    """
    lately = tx.row(
        "SELECT count(*) FROM local_play WHERE horn = ? AND told_at_ms > ?", report.horn, tx.now.at_ms - DAY_MS
    )
    if lately is not None and lately[0] >= MOST_LOCAL_A_DAY:
        return False
    new = tx.run(
        "INSERT OR IGNORE INTO local_play (horn, number, template, ended_at_ms, told_at_ms, outcome, reason, rms_db,"
        " amp_ma, level_db, played_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        report.horn,
        str(report.order),
        template,
        ended_at_ms,
        tx.now.at_ms,
        report.outcome,
        report.reason,
        report.rms_db,
        report.amp_ma,
        report.level_db,
        report.played_ms,
    ).rowcount
    if new:
        tx.deed(report.horn, "node", "horn.local_play", f"LOCAL {template or '?'} {report.order} {report.outcome}")
        data = {"template": template, "outcome": report.outcome, "played_ms": report.played_ms}
        tx.event(LANE_RESULT, "horn.local_play", f"{report.horn}/{report.order}", data | {"ended_at_ms": ended_at_ms})
    return bool(new)


def overdue_reports(tx: Tx) -> list[tuple[str, str]]:
    """(order, horn) of planned orders whose horn has been silent for longer than HELD_FOR_MS."""
    rows = tx.run(
        "SELECT r.horn_order, r.horn FROM horn_report r JOIN horn_order o ON o.id = r.horn_order"
        " WHERE r.outcome IS NULL AND r.held = 1 AND o.exp_ms < ?",
        tx.now.at_ms - HELD_FOR_MS,
    )
    return [(order, horn) for order, horn in rows]
