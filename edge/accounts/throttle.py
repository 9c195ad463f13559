"""Slows down whoever guesses passwords."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_GUESSERS = 2000
"""Keys remembered; the oldest is forgotten first, so that a flood of addresses cannot fill the memory."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong tries within a time; then nothing is checked for as long."""

    tries: int
    within_s: float


PAIR = Limit(5, 60.0)
"""Of one account from one address: somebody who mistypes."""
ADDRESS = Limit(20, 60.0)
"""Of one address whatever it asks for: somebody who tries many accounts."""
ACCOUNT = Limit(30, 600.0)
"""Of one account from everywhere: somebody with many addresses. Wide, for it locks out its owner too."""
Key = tuple[str, Limit]


@dataclass(frozen=True, slots=True)
class _Guesser:
    failures: int
    since_s: float


def keys_of(login: str, address: str) -> Sequence[Key]:
    """What a try counts for."""
    return ((f"{login} {address}", PAIR), (f"@{address}", ADDRESS), (f"#{login}", ACCOUNT))


class Throttle:
    """Counts wrong tries. ``steady`` gives monotonic seconds."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._guessers: OrderedDict[str, _Guesser] = OrderedDict()

    def wait_s(self, keys: Sequence[Key]) -> float:
        """Seconds until the next try is looked at; 0 means now."""
        now = self._steady()
        waits = [0.0]
        for name, limit in keys:
            known = self._guessers.get(name)
            if known is not None and known.failures >= limit.tries:
                waits.append(known.since_s + limit.within_s - now)
        return max(waits)

    def failed(self, keys: Sequence[Key]) -> None:
        """A wrong try."""
        now = self._steady()
        for name, limit in keys:
            known = self._guessers.pop(name, None)
            fresh = known is None or now - known.since_s > limit.within_s
            self._guessers[name] = _Guesser(1 if fresh or known is None else known.failures + 1, now)
        while len(self._guessers) > MOST_GUESSERS:
            self._guessers.popitem(last=False)

    def succeeded(self, keys: Sequence[Key]) -> None:
        """The right one: this person's count at this place starts anew."""
        self._guessers.pop(keys[0][0], None)
