"""Puts messages and calls into the line: each step of a ladder once, a storm as one message with a count."""

from dataclasses import dataclass

from edge.alerts.book import EMERGENCY, Book
from edge.core.alert import Person
from edge.core.policy.ladder import texts
from edge.core.policy.ladder.grouping import MOST_IN_ONE, STORM_MS, hold_ms
from edge.store.journal import Tx
from edge.store.ladder import Ladder
from edge.store.messages import RING, SMS, NewMessage, queue_message

MOST_ADDRESSES = 5
"""Of one person on one channel: a phone, a tablet, a computer."""


@dataclass(frozen=True, slots=True)
class _Alert:
    id: str
    person: str
    phone: str
    text: str
    place: int


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of one incident, in one transaction."""

    tx: Tx
    book: Book
    ladder: Ladder
    urgency: int
    now_ms: int

    def tell(self, rung: str, step: int) -> None:
        """SMS, and every other channel at once."""
        alert = self._alert(rung)
        if self.urgency >= EMERGENCY or not self._joined(alert, step):
            hold = None if self.urgency >= EMERGENCY else self._hold(alert.person)
            self._queue(alert, step, SMS, alert.phone, hold)
        person = self.book.people.get(alert.person)
        for channel, to in self.book.channels if person else ():
            assert person is not None
            for number, address in enumerate(self._addresses(person, to)):
                self._queue(alert, step, channel, address, None, f".{number}" if number else "")

    def ring(self, rung: str, step: int) -> None:
        """Let the phone ring."""
        alert = self._alert(rung)
        self._queue(alert, step, RING, alert.phone, None)

    def _queue(self, alert: _Alert, step: int, channel: str, address: str, hold: int | None, more: str = "") -> None:
        name = f"{alert.id}/{step}/{channel}{more}"
        message = NewMessage(name, alert.person, channel, address, alert.text, self.urgency, alert.place, hold_ms=hold)
        queue_message(self.tx, message, [(alert.id, step)])

    def _alert(self, rung: str) -> _Alert:
        row = self.tx.row("SELECT id, person, phone, text, place_in_line FROM alert WHERE id = ?", rung)
        assert row is not None, "the policy only moves rungs that are stored"
        alert = _Alert(*row)
        person = self.book.people.get(alert.person)
        return alert if person is None else _Alert(alert.id, alert.person, person.phone, alert.text, alert.place)

    def _joined(self, alert: _Alert, step: int) -> bool:
        """Put it into a message to the same person that still waits, if there is one."""
        found = self.tx.row(
            "SELECT m.id FROM message m WHERE m.person = ? AND m.channel = 'sms' AND m.state = 'waiting'"
            " AND m.urgency < ? AND m.address = ?"
            " AND (SELECT count(*) FROM message_about b WHERE b.message = m.id)"
            " BETWEEN 1 AND ? ORDER BY m.rowid DESC LIMIT 1",
            alert.person,
            EMERGENCY,
            alert.phone,
            MOST_IN_ONE - 1,
        )
        if found is None:
            return False
        about = "INSERT OR IGNORE INTO message_about (message, alert, step) VALUES (?, ?, ?)"
        self.tx.run(about, found[0], alert.id, step)
        self.tx.run(
            "UPDATE message SET text = ?, urgency = max(urgency, ?), place_in_line = min(place_in_line, ?)"
            " WHERE id = ?",
            texts.several_text(self._briefs(found[0])),
            self.urgency,
            alert.place,
            found[0],
        )
        return True

    def _briefs(self, message: str) -> list[str]:
        """What a message is about, the newest first."""
        rows = self.tx.run(
            "SELECT l.brief FROM message_about b JOIN alert a ON a.id = b.alert "
            " JOIN ladder l ON l.incident = a.incident WHERE b.message = ? ORDER BY a.rowid DESC",
            message,
        )
        return [row[0] for row in rows]

    def _hold(self, person: str) -> int | None:
        """Until when a person who got several messages lately is spared. Ages by the wall clock, within bounds."""
        rows = self.tx.run(
            "SELECT ? - tried_at_ms FROM message WHERE person = ? AND channel = 'sms' AND urgency < ?"
            " AND tried_at_ms > ? AND EXISTS (SELECT 1 FROM message_about b WHERE b.message = message.id)"
            " ORDER BY tried_at_ms DESC LIMIT 10",
            self.tx.now.at_ms,
            person,
            EMERGENCY,
            self.tx.now.at_ms - STORM_MS,
        )
        return hold_ms([self.now_ms - max(0, row[0]) for row in rows], self.now_ms)

    def _addresses(self, person: Person, to: str) -> list[str]:
        if to == "email":
            return [person.email] if person.email else []
        if to == "zalo":
            return [person.phone] if person.zalo else []
        rows = self.tx.run(
            "SELECT address FROM person_address WHERE person = ? AND channel = ? ORDER BY made_at_ms DESC LIMIT ?",
            person.id,
            to,
            MOST_ADDRESSES,
        )
        return [row[0] for row in rows]


def name_of(tx: Tx, rung: str) -> str:
    """What the person of a rung is called."""
    row = tx.row("SELECT coalesce(nullif(name, ''), person) FROM alert WHERE id = ?", rung)
    return str(row[0]) if row else ""
