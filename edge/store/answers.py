"""What people answer: by SMS, on a page, by a link."""

from edge.core.alert import ways_to_write
from edge.store.incidents import take_incident
from edge.store.journal import Tx
from edge.store.ladder import drop_waiting
from edge.store.outbox import LANE_RESULT
from edge.store.stories import add_chapter

MOST_ANSWERS = 500
"""Of one incident; somebody who presses for ever fills no disk."""


def answer_alert(tx: Tx, incident: str, person: str, how: str, via: str, note: str = "") -> bool:
    """Somebody answers for an incident: it is known there, and the first one takes it. False when it is unknown.

    ``how`` is taken, on_my_way, need_help or done; ``via`` sms, link, panel, phone or wall. The person is told of this
    incident no more; where one is enough, nobody is.
    """
    if tx.row("SELECT 1 FROM incident WHERE id = ?", incident) is None:
        return False
    row = tx.row("SELECT coalesce(max(number), 0) + 1 FROM answer WHERE incident = ?", incident)
    number = row[0] if row else 1
    if number <= MOST_ANSWERS:
        tx.run(
            "INSERT INTO answer (incident, number, person, at_ms, how, via, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
            incident,
            number,
            person,
            tx.now.at_ms,
            how,
            via,
            note,
        )
        add_chapter(tx, incident, "answered", person, f"{how}: {note}" if note else how)
    alerts_taken(tx, incident, person)
    take_incident(tx, incident, person, via)
    return True


def alerts_taken(tx: Tx, incident: str, person: str) -> None:
    """This person knows: what still waits for him is not sent, what was sent is answered."""
    rows = tx.run(
        "SELECT id FROM alert WHERE incident = ? AND person = ? AND state <> 'taken'", incident, person
    ).fetchall()
    for (alert,) in rows:
        tx.run("UPDATE alert SET state = 'taken', changed_at_ms = ? WHERE id = ?", tx.now.at_ms, alert)
        tx.event(LANE_RESULT, "alert.taken", alert, {"incident": incident, "person": person})
        drop_waiting(tx, "a.id = ?", alert, why="đã trả lời")


def take_by_phone(tx: Tx, sender: str, note: str = "") -> list[str]:
    """An official answered "1": all that the newest message to that number is about is taken. Those incidents."""
    spellings = ways_to_write(sender)
    found = tx.row(
        "SELECT id, person FROM alert WHERE state IN ('sent', 'delivered', 'unsure', 'sending')"  # noqa: S608 - marks
        f" AND phone IN ({', '.join('?' * len(spellings))}) ORDER BY changed_at_ms DESC, rowid DESC LIMIT 1",
        *spellings,
    )
    if found is None:
        return []
    alert, person = found
    rows = tx.run(
        "SELECT DISTINCT a.incident FROM alert a WHERE a.person = ? AND a.state <> 'taken' AND (a.id = ? OR a.id IN"
        " (SELECT other.alert FROM message_about mine JOIN message_about other ON other.message = mine.message"
        " WHERE mine.alert = ?)) ORDER BY a.rowid",
        person,
        alert,
        alert,
    ).fetchall()
    for (incident,) in rows:
        answer_alert(tx, incident, person, "taken", "sms", note)
    return [str(incident) for (incident,) in rows]


def note_by_phone(tx: Tx, person: str, words: str) -> str | None:
    """Free words become a note on the open incident that this person was told of last; None when there is none."""
    row = tx.row(
        "SELECT a.incident FROM alert a JOIN incident i ON i.id = a.incident WHERE a.person = ? AND i.state = 'open'"
        " ORDER BY a.changed_at_ms DESC, a.rowid DESC LIMIT 1",
        person,
    )
    if row is None:
        return None
    add_chapter(tx, row[0], "note", person, words)
    return str(row[0])
