"""What people answer by SMS: four things, none of which reaches a horn (core/policy/ladder/reply.py)."""

import logging
from collections.abc import Mapping, Sequence

from drivers.base import DeliveryReport, SmsReceived
from edge.alerts.book import URGENCY
from edge.alerts.ladder_clock import LadderClock
from edge.config.schema import Gauge
from edge.core.alert import Person, masked, ways_to_write
from edge.core.incident import Severity
from edge.core.local_time import clock
from edge.core.moment import AtMs
from edge.core.news import AlertChanged, IncidentChanged
from edge.core.policy.ladder import texts
from edge.core.policy.ladder.reply import Wants, understand
from edge.kernel.bus import Bus
from edge.store.answers import note_by_phone, take_by_phone
from edge.store.flood import levels_standing
from edge.store.heard import answered_since, heard_before, keep_heard, known_stranger
from edge.store.journal import Journal, Tx
from edge.store.messages import SMS, NewMessage, queue_message, report
from edge.store.readings import newest_level

log = logging.getLogger(__name__)

MOST_ANSWERS = 6
"""To one person in ten minutes, and to all strangers together in an hour: a SIM sends ten messages a minute."""
PERSON_MS = 600_000
STRANGERS_MS = 3_600_000
MOST_BRIEFS = 20


class Inbox:
    """Takes what a modem heard. Everything about one SMS is one transaction."""

    def __init__(
        self, people: Mapping[str, Person], gauges: Sequence[Gauge], journal: Journal, bus: Bus, clock: LadderClock
    ) -> None:
        self._by_number = {way: who.id for who in people.values() for way in ways_to_write(who.phone)}
        self._gauges = gauges
        self._journal = journal
        self._bus = bus
        self._clock = clock

    async def take(self, message: SmsReceived) -> None:
        """One SMS. Tried until it is written down; the same one read again does nothing."""
        what = await self._journal.record_surely(lambda tx: self._take(tx, message))
        log.info("an SMS of %d characters from %s: %s", len(message.text), masked(message.sender), what)
        self._bus.publish(AlertChanged())
        if what in (Wants.TAKE, Wants.NOTE):
            self._bus.publish(IncidentChanged())

    async def report(self, told: DeliveryReport) -> None:
        """A delivery report; while the network still tries it says nothing."""
        if told.delivered is None:
            return
        ways, delivered = ways_to_write(told.number) or (told.number,), told.delivered
        if await self._journal.record_surely(
            lambda tx: report(tx, ways, told.reference, delivered=delivered, detail=told.detail)
        ):
            self._bus.publish(AlertChanged())

    def _take(self, tx: Tx, message: SmsReceived) -> str:
        now_ms = self._clock.now_ms()
        if heard_before(tx, message.sender, message.text, now_ms):
            return "read before"
        ways = ways_to_write(message.sender)
        person = self._by_number.get(ways[1], "") if ways else ""
        what = self._of_person(tx, person, message, now_ms) if person else self._of_stranger(tx, message, now_ms)
        self._clock.keep(tx)
        return what

    def _of_person(self, tx: Tx, person: str, message: SmsReceived, now_ms: int) -> str:
        reply = understand(message.text)
        asked = reply.wants in (Wants.STATE, Wants.LEVELS)
        spared = asked and answered_since(tx, person, now_ms - PERSON_MS) >= MOST_ANSWERS
        what = "spared" if spared else str(reply.wants)
        number = keep_heard(tx, person, message.sender, message.text, what, now_ms)
        if reply.wants is Wants.TAKE:
            take_by_phone(tx, message.sender, reply.note)
        elif reply.wants is Wants.NOTE:
            note_by_phone(tx, person, reply.note)
        elif asked and not spared:
            text = texts.state_text(_open(tx)) if reply.wants is Wants.STATE else texts.level_text(self._levels(tx))
            _answer(tx, number, person, message.sender, text, URGENCY[Severity.MODERATE])
        return what

    def _of_stranger(self, tx: Tx, message: SmsReceived, now_ms: int) -> str:
        """An ordinary number is answered once; a short code or a sender's name never is."""
        known = known_stranger(tx, message.sender) or not ways_to_write(message.sender)
        many = answered_since(tx, "", now_ms - STRANGERS_MS) >= MOST_ANSWERS
        what = "no answer" if known or many else "stranger"
        number = keep_heard(tx, "", message.sender, message.text, what, now_ms)
        if what == "stranger":
            _answer(tx, number, "", message.sender, texts.STRANGER, URGENCY[Severity.MINOR])
        return what

    def _levels(self, tx: Tx) -> list[tuple[str, float, int, str]]:
        """The newest good level of every gauge that has one, and the báo động that stands there."""
        found, standing = [], levels_standing(tx)
        for gauge in self._gauges:
            newest = newest_level(tx, gauge.id)
            if newest is not None:
                at_ms, level_m = newest
                stands = standing[gauge.id].level if gauge.id in standing else 0
                found.append((gauge.name, level_m, stands, clock(AtMs(at_ms))))
        return found


def _open(tx: Tx) -> list[str]:
    rows = tx.run(
        "SELECT coalesce(l.brief, i.title) FROM incident i LEFT JOIN ladder l ON l.incident = i.id"
        " WHERE i.state = 'open' ORDER BY i.made_at_ms DESC, i.rowid DESC LIMIT ?",
        MOST_BRIEFS,
    )
    return [row[0] for row in rows]


def _answer(tx: Tx, number: int, person: str, to: str, text: str, urgency: int) -> None:
    queue_message(tx, NewMessage(f"heard-{number}", person, SMS, to, text, urgency, place=1))
