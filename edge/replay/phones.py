"""The phones of a replay: a modem that the real ladder sends by; most officials answer, every fourth one sleeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.base import Health, Inbox, Message, Rang, Receipt, SmsReceived
from edge.alerts.book import Setup
from edge.alerts.climber import Climber
from edge.alerts.inbox import Inbox as Answers
from edge.alerts.ladder_clock import LadderClock
from edge.alerts.line import Line
from edge.kernel.bus import Bus
from edge.kernel.clock import Clock
from edge.store.journal import Journal, Tx

ANSWERS_AFTER_S = 60.0
SLEEPS_EVERY = 4
PER_MINUTE = 10
"""What one SIM sends (protocols.md, SMS and calls)."""
AT_A_TIME = 3


@dataclass(frozen=True, slots=True)
class _Owed:
    """Somebody who will answer."""

    number: str
    at: float


class ReplayModem:
    """A network that takes everything, and the people behind it."""

    def __init__(self, sleepers: frozenset[str], clock: Clock) -> None:
        self._sleepers = sleepers
        self._clock = clock
        self._owed: list[_Owed] = []
        self._sent = 0

    async def send(self, message: Message) -> Receipt:
        """It is delivered; who is awake will answer "1"."""
        self._sent += 1
        if message.to not in self._sleepers:
            self._owed.append(_Owed(message.to, self._clock.steady() + ANSWERS_AFTER_S))
        return Receipt((str(self._sent % 256),))

    async def receive(self) -> Inbox:
        """The answers that are due."""
        now = self._clock.steady()
        due = [owed for owed in self._owed if owed.at <= now]
        self._owed = [owed for owed in self._owed if owed.at > now]
        return Inbox(tuple(SmsReceived(owed.number, "1") for owed in due))

    async def ring(self, number: str, seconds: float) -> Rang:
        """It rings, and wakes nobody."""
        return Rang.RANG

    async def health(self) -> Health:
        """Always well."""
        return Health(True, "replay", 0.0)

    async def close(self) -> None:
        """There is no wire."""


class Phones:
    """The real ladder and the real line of messages, moved by ``tick`` alone."""

    def __init__(self, setup: Setup, journal: Journal, bus: Bus) -> None:
        self._journal = journal
        clock = LadderClock(journal)
        self._climber = Climber(setup.book, journal, bus, clock)
        self._climber.can_ring = True
        answers = Answers(setup.book.people, setup.gauges, journal, bus, clock)
        modem = ReplayModem(sleepers([who.phone for who in setup.book.people.values()]), journal.clock)
        self._line = Line("replay", modem, PER_MINUTE, answers, journal, bus, clock)

    async def tick(self) -> bool:
        """Do what is due now; whether anybody is still to be told."""
        await self._climber.tick()
        for _ in range(AT_A_TIME):
            if not await self._line.send_next():
                break
        await self._line.read_inbox()
        return await self._journal.record(_is_pending)


def sleepers(numbers: Sequence[str]) -> frozenset[str]:
    """Every fourth of the roster never answers."""
    return frozenset(numbers[SLEEPS_EVERY - 1 :: SLEEPS_EVERY])


def _is_pending(tx: Tx) -> bool:
    waits = "SELECT 1 FROM ladder WHERE state = 'climbing' UNION ALL SELECT 1 FROM message WHERE state = 'waiting'"
    return tx.row(f"{waits} LIMIT 1") is not None
