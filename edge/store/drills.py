"""Drills, and the roll call of the hamlets, as rows."""

from dataclasses import dataclass

from edge.store.incidents import close_incident
from edge.store.journal import Tx
from edge.store.ladder import recall

DRILL_SUBJECT = "drill/"
"""What the subject of every incident of a drill begins with: it never takes the place of a real one."""


@dataclass(frozen=True, slots=True)
class DrillRow:
    """A drill that lasts."""

    id: str
    station: str
    began_at_ms: int
    minutes: int
    by_user: str


def open_drill(tx: Tx) -> DrillRow | None:
    """The one that lasts, if any."""
    row = tx.row("SELECT id, station, began_at_ms, minutes, by_user FROM drill WHERE ended_at_ms IS NULL")
    return DrillRow(*row) if row else None


def known_drill(tx: Tx, name: str) -> bool:
    """Whether this id was used."""
    return tx.row("SELECT 1 FROM drill WHERE id = ?", name) is not None


def begin_drill(tx: Tx, row: DrillRow) -> None:
    """It begins."""
    tx.run(
        "INSERT INTO drill (id, station, began_at_ms, minutes, by_user) VALUES (?, ?, ?, ?, ?)",
        row.id,
        row.station,
        row.began_at_ms,
        row.minutes,
        row.by_user,
    )


def end_drill(tx: Tx, by: str, why: str) -> list[tuple[str, str]]:
    """The drill that lasts is over with all that it opened; what of it may still sound: announcement, its hamlets."""
    drill = open_drill(tx)
    if drill is None:
        return []
    now_ms = max(tx.now.at_ms, drill.began_at_ms)
    tx.run("UPDATE drill SET ended_at_ms = ?, ended_by = ?, why = ? WHERE id = ?", now_ms, by, why, drill.id)
    tx.run(_UNSAID, why)
    left = [(str(name), str(hamlets)) for name, hamlets in tx.run(_SOUNDING).fetchall()]
    for name, subject in tx.run("SELECT id, subject FROM incident WHERE state = 'open' AND drill = 1").fetchall():
        close_incident(tx, subject)
        recall(tx, name, why)
    return left


_UNSAID = (
    "UPDATE announcement SET state = 'settled', detail = ? WHERE state = 'waiting'"
    " AND incident IN (SELECT id FROM incident WHERE drill = 1)"
)
_SOUNDING = (
    "SELECT id, hamlets FROM bulletin WHERE state IN ('approved', 'queued', 'airing')"
    " AND incident IN (SELECT id FROM incident WHERE drill = 1)"
)


def call_roll(tx: Tx, hamlet: str, evacuated: int, people: int, user: str, role: str) -> None:
    """So many of so many of this hamlet are out."""
    tx.run(
        "INSERT INTO roll_call (hamlet, evacuated, people, by_user, role, at_ms) VALUES (?, ?, ?, ?, ?, ?)",
        hamlet,
        evacuated,
        people,
        user,
        role,
        tx.now.at_ms,
    )
