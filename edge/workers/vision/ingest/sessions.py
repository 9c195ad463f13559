"""Who may have a stream open at one login: recorders allow few, and lock an account that fails too often."""

import random
import threading
from enum import IntEnum

from edge.kernel.clock import Clock
from edge.workers.vision import words

LOCKED_FIRST_S = 120.0
LOCKED_LONGEST_S = 900.0
"""Recorders lock an account for 5 to 30 minutes after some five wrong passwords; so many tries take us an hour."""


class Rank(IntEnum):
    """Whose turn comes first."""

    WATCH = 0
    RECORD = 1


class Sessions:
    """The streams of one login. Any thread may call any method.

    At most ``most`` tickets are inside at once (0: any number). Free places go to streams that watch before streams
    that record, and in the order of asking; a stream that records is recalled when one that watches waits. After a
    refused password nobody asks for some minutes, and then one alone does until the password is taken.
    """

    def __init__(self, most: int, clock: Clock) -> None:
        self.most = most
        self._clock = clock
        self._changed = threading.Condition()
        self._line: list[Ticket] = []
        self._inside: list[Ticket] = []
        self._locked_until = 0.0
        self._lock_s = LOCKED_FIRST_S
        self._suspect = False

    def join(self, rank: Rank) -> "Ticket":
        """Get in line."""
        ticket = Ticket(self, rank)
        with self._changed:
            self._line.append(ticket)
            self._line.sort(key=lambda other: other.rank)  # stable: equal ranks keep their order
            self._recall()
        return ticket

    def enter(self, ticket: "Ticket", timeout_s: float) -> str:
        """Wait for the ticket's turn: empty when it is inside, else why it is not yet."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._hindrance(ticket), timeout_s):
                return self._hindrance(ticket)
            self._line.remove(ticket)
            self._inside.append(ticket)
        return ""

    def leave(self, ticket: "Ticket") -> None:
        """The ticket's stream is closed, or waits no longer."""
        with self._changed:
            for group in (self._line, self._inside):
                if ticket in group:
                    group.remove(ticket)
            self._changed.notify_all()

    def accept(self, ticket: "Ticket") -> None:
        """The login was taken."""
        with self._changed:
            ticket.accepted = True
            self._suspect = False
            self._lock_s = LOCKED_FIRST_S
            self._changed.notify_all()

    def refuse(self) -> None:
        """The login was not taken: everybody keeps away for a while."""
        with self._changed:
            self._suspect = True
            jitter = random.uniform(1.0, 1.5)  # noqa: S311 - not a secret
            self._locked_until = self._clock.steady() + self._lock_s * jitter
            self._lock_s = min(2 * self._lock_s, LOCKED_LONGEST_S)

    def _hindrance(self, ticket: "Ticket") -> str:
        trying = any(not other.accepted for other in self._inside)
        if self._clock.steady() < self._locked_until or (self._suspect and trying):
            return words.CAMERA_PASSWORD
        full = self.most and (len(self._inside) >= self.most or self._line[0] is not ticket)
        return words.NO_SESSION.format(most=self.most) if full else ""

    def _recall(self) -> None:
        """Ask as many of those that record to leave as are missing for those that wait to watch."""
        if not self.most:
            return
        free = self.most - len(self._inside)
        leaving = sum(ticket.recalled for ticket in self._inside)
        missing = sum(ticket.rank is Rank.WATCH for ticket in self._line) - free - leaving
        for ticket in reversed(self._inside):
            if missing > 0 and ticket.rank is Rank.RECORD and not ticket.recalled:
                ticket.recalled = True
                missing -= 1


class Ticket:
    """One stream's place at its login; ``recalled`` asks its holder to leave soon."""

    def __init__(self, sessions: Sessions, rank: Rank) -> None:
        self.rank = rank
        self.accepted = False
        self.recalled = False
        self._sessions = sessions

    def enter(self, timeout_s: float) -> str:
        """Wait for our turn: empty when inside, else the reason in Vietnamese."""
        return self._sessions.enter(self, timeout_s)

    def accept(self) -> None:
        """The login was taken."""
        self._sessions.accept(self)

    def refuse(self) -> None:
        """The login was not taken."""
        self._sessions.refuse()

    def leave(self) -> None:
        """Give the place back; again is harmless."""
        self._sessions.leave(self)
