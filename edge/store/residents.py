"""What residents reported, and what became of it: words of a hamlet, never of a named person."""

from dataclasses import dataclass

from edge.core.errors import FinalError
from edge.store.journal import Tx

OPEN, DRAFTED, SETTLED = "open", "drafted", "settled"


@dataclass(frozen=True, slots=True)
class ResidentReport:
    """One report as it stands."""

    id: str
    text: str
    hamlet: str
    state: str


def add_report(tx: Tx, number: str, text: str, hamlet: str, user: str, role: str) -> None:
    """Keep it; the same id again is the same report."""
    added = tx.run(
        "INSERT OR IGNORE INTO resident_report (id, text, hamlet, state, by_user, made_at_ms, changed_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        number,
        text,
        hamlet,
        OPEN,
        user,
        tx.now.at_ms,
        tx.now.at_ms,
    ).rowcount
    if added:
        tx.deed(user, role, "resident.add", number)


def get_report(tx: Tx, number: str) -> ResidentReport:
    """The report; raises FinalError when it is unknown."""
    found = tx.row("SELECT id, text, hamlet, state FROM resident_report WHERE id = ?", number)
    if found is None:
        raise FinalError("Không có phản ánh này.")
    return ResidentReport(*found)


def answered(tx: Tx, number: str, bulletin: str, user: str, role: str) -> None:
    """A draft answers it; a new draft takes the place of one that was returned."""
    tx.run(
        "UPDATE resident_report SET state = ?, bulletin = ?, changed_at_ms = ? WHERE id = ?",
        DRAFTED,
        bulletin,
        tx.now.at_ms,
        number,
    )
    tx.deed(user, role, "resident.answer", f"{number} {bulletin}")


def settle(tx: Tx, number: str, how: str, user: str, role: str) -> None:
    """It is settled without an answer on air."""
    get_report(tx, number)
    tx.run(
        "UPDATE resident_report SET state = ?, how = ?, changed_at_ms = ? WHERE id = ?",
        SETTLED,
        how,
        tx.now.at_ms,
        number,
    )
    tx.deed(user, role, "resident.settle", number)
