"""Alarms to phones as rows: sent after commit, never forgotten by a restart."""

from dataclasses import dataclass

from edge.core.alert import AlertState, ways_to_write
from edge.store.incidents import take_incident
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT


@dataclass(frozen=True, slots=True)
class WaitingAlert:
    """One SMS that must go out."""

    id: str
    incident: str
    person: str
    phone: str
    text: str
    tries: int


def waiting_alerts(tx: Tx, limit: int) -> list[WaitingAlert]:
    """What must go out next: the first person of every incident before the second of any, then the oldest.

    Each try that failed lets two more people go first: a dead number must not hold up the line.
    """
    rows = tx.run(
        "SELECT id, incident, person, phone, text, tries FROM alert WHERE state = 'waiting'"
        " ORDER BY place_in_line + 2 * tries, changed_at_ms, id LIMIT ?",
        limit,
    )
    return [WaitingAlert(*row) for row in rows]


def alert_tried(tx: Tx, alert: WaitingAlert, state: AlertState, detail: str) -> None:
    """Write down how one try ended; the province hears of what is settled, without the number (L7)."""
    tx.run(
        "UPDATE alert SET state = ?, tries = tries + 1, detail = ?, changed_at_ms = ? WHERE id = ?",
        state,
        detail,
        tx.now.at_ms,
        alert.id,
    )
    if state is not AlertState.WAITING:
        tx.event(LANE_RESULT, f"alert.{state}", alert.id, {"incident": alert.incident, "person": alert.person})


def take_by_phone(tx: Tx, sender: str) -> str | None:
    """An official answered "1": the newest alert sent to that number is taken, and its incident too."""
    spellings = ways_to_write(sender)
    found = tx.row(
        "SELECT id, incident, person FROM alert WHERE state = 'sent'"  # noqa: S608 - only question marks are put in
        f" AND phone IN ({', '.join('?' * len(spellings))}) ORDER BY changed_at_ms DESC, id DESC LIMIT 1",
        *spellings,
    )
    if found is None:
        return None
    alert, incident, person = found
    tx.run("UPDATE alert SET state = 'taken', changed_at_ms = ? WHERE id = ?", tx.now.at_ms, alert)
    tx.event(LANE_RESULT, "alert.taken", alert, {"incident": incident, "person": person})
    take_incident(tx, incident, person, "phone")
    return str(incident)
