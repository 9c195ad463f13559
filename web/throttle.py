"""Slows down whoever guesses passwords."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

ALLOWED_FAILURES = 5
WINDOW_S = 60.0
LOCK_S = 60.0
MOST_GUESSERS = 1000
"""Addresses remembered; the oldest is forgotten first, so that a flood of addresses cannot fill the memory."""


@dataclass(slots=True)
class _Guesser:
    failures: int
    since: float


class Throttle:
    """Counts failed log-ins per guesser; after five within a minute nothing is checked for a minute. Thread-safe."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._guessers: OrderedDict[str, _Guesser] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, guesser: str) -> float:
        """Seconds until this guesser may try again; 0 means now."""
        with self._lock:
            known = self._guessers.get(guesser)
            if known is None or known.failures < ALLOWED_FAILURES:
                return 0.0
            return max(0.0, known.since + LOCK_S - self._steady())

    def failed(self, guesser: str) -> None:
        """A wrong password."""
        now = self._steady()
        with self._lock:
            known = self._guessers.pop(guesser, None)
            fresh = known is None or now - known.since > WINDOW_S
            self._guessers[guesser] = _Guesser(1 if fresh or known is None else known.failures + 1, now)
            while len(self._guessers) > MOST_GUESSERS:
                self._guessers.popitem(last=False)

    def succeeded(self, guesser: str) -> None:
        """The right password: the count starts anew."""
        with self._lock:
            self._guessers.pop(guesser, None)
