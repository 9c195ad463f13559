"""Keeps one stream open for ever: waits for its turn, connects, reads, and waits again after a trouble."""

import threading
import time
from abc import ABC, abstractmethod

from edge.kernel.clock import Clock
from edge.workers.vision.ingest.backoff import Backoff
from edge.workers.vision.ingest.sessions import Rank, Sessions, Ticket
from edge.workers.vision.ingest.stream import OPEN_S, READ_S, Opener, Stream
from edge.workers.vision.ingest.trouble import ASK_S, CameraTroubleError, LoginRefusedError
from edge.workers.vision.pulse import Pulse

TURN_S = 1.0
NAME_LOOKUP_S = 30.0
"""The resolver has deadlines of its own that FFmpeg cannot interrupt."""
CONNECT_ALLOWED_S = NAME_LOOKUP_S + OPEN_S + ASK_S + 10.0
"""FFmpeg looks the name up, opens, and may want a word from us: a camera that takes its time is no hung thread."""
CLOSE_ALLOWED_S = READ_S + CONNECT_ALLOWED_S


class StreamKeeper(threading.Thread, ABC):
    """One stream's thread; its troubles are states and waits, never errors."""

    def __init__(
        self, name: str, url: str, transport: str, rank: Rank, sessions: Sessions, pulse: Pulse, clock: Clock
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._opener = Opener(url, transport)
        self._rank = rank
        self._sessions = sessions
        self._pulse = pulse
        self._clock = clock

    def run(self) -> None:
        """Connect again and again."""
        backoff = Backoff()
        while True:
            reason = self.unwanted()
            if reason:
                self.waits(reason)
            self._rest(TURN_S if reason else self._turn(backoff))

    @abstractmethod
    def unwanted(self) -> str:
        """Why the stream shall not be open now; empty: it shall."""

    @abstractmethod
    def read(self, stream: Stream, ticket: Ticket) -> float:
        """Read until there is trouble (raises CameraTroubleError), or until it shall be closed for so many seconds."""

    @abstractmethod
    def waits(self, reason: str) -> None:
        """It is not open, for this reason; told again and again."""

    @abstractmethod
    def failed(self, trouble: CameraTroubleError) -> float:
        """A connection ended or did not begin; returns for how many seconds it was good."""

    def _turn(self, backoff: Backoff) -> float:
        """Wait for a place at the login and use it once; how long to rest then."""
        ticket = self._sessions.join(self._rank)
        try:
            self._wait_inside(ticket)
            return self._visit(ticket, backoff)
        finally:
            ticket.leave()

    def _wait_inside(self, ticket: Ticket) -> None:
        self._pulse.promise(self.name, CONNECT_ALLOWED_S)
        while reason := ticket.enter(TURN_S):
            self._pulse.promise(self.name, CONNECT_ALLOWED_S)
            self.waits(reason)

    def _visit(self, ticket: Ticket, backoff: Backoff) -> float:
        """One connection from its beginning to its end; how long to wait after it."""
        self._pulse.promise(self.name, CONNECT_ALLOWED_S)
        try:
            return self._connection(ticket, backoff)
        except LoginRefusedError as trouble:
            ticket.refuse()
            return backoff.next_s(self.failed(trouble))
        except CameraTroubleError as trouble:
            return backoff.next_s(self.failed(trouble))

    def _connection(self, ticket: Ticket, backoff: Backoff) -> float:
        stream = self._opener.open()
        ticket.accept()
        try:
            return self.read(stream, ticket)
        except CameraTroubleError as trouble:  # told before the goodbye, which takes its time where nobody answers
            return backoff.next_s(self.failed(trouble))
        finally:
            self._pulse.promise(self.name, CLOSE_ALLOWED_S)
            stream.close()

    def _rest(self, rest_s: float) -> None:
        self._pulse.promise(self.name, rest_s + CONNECT_ALLOWED_S)
        time.sleep(rest_s)
