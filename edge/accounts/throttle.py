"""Slows down whoever guesses passwords, and never shuts out whom the account belongs to (docs/design/accounts.md)."""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from edge.core.account import ThrottledError

MOST_GUESSERS = 2000
"""Keys remembered; the oldest is forgotten first, so that a flood of addresses cannot fill the memory."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong tries within a time; then nothing is looked at for as long, or one try in ``gap_s``."""

    tries: int
    within_s: float
    gap_s: float | None = None

    @property
    def wait_s(self) -> float:
        """From the last try to the next that is looked at."""
        return self.within_s if self.gap_s is None else self.gap_s


PAIR = Limit(5, 60.0)
"""Of one account from one address: somebody who mistypes."""
ADDRESS = Limit(20, 60.0)
"""Of one address whatever it asks for: somebody who tries many accounts."""
ACCOUNT = Limit(30, 600.0, gap_s=20.0)
"""Of one account from everywhere: somebody with many addresses. It is slowed down, never shut: he would lock its owner
out. 4,320 tries a day and one of each new address, against ten characters that are no usual word."""
CODES = Limit(10, 600.0, gap_s=60.0)
"""The same for six digits, of which three fit. Who gets here has the password; 1,440 a day find one in 230 days."""
OWN = Limit(10, 600.0)
"""Of a device on which the account came in before, or of the session itself; then it counts like anybody."""
FRESH_S = 600.0
"""An address that did not fail for so long is looked at once, however slow the account is: its owner, elsewhere."""
Key = tuple[str, Limit]


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody tries. ``known``: the device or session that the account trusts; ``codes``: it is a code's turn."""

    login: str
    address: str
    known: str = ""
    codes: bool = False


@dataclass(frozen=True, slots=True)
class _Guesser:
    failures: int
    since_s: float


class Throttle:
    """Counts tries as wrong until they prove right, so that many at once count too. ``steady``: monotonic seconds."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._guessers: OrderedDict[str, _Guesser] = OrderedDict()

    def admit(self, one: Try) -> tuple[Key, ...]:
        """What the try counts for, counted; raises ThrottledError with the seconds that it must wait."""
        own = (f"={one.login} {one.known}", OWN)
        if one.known and self._wait_s(own) <= 0:
            keys: tuple[Key, ...] = (own,)
        else:
            keys = self._of_strangers(one)
        for key in keys:
            self._count(key)
        return keys

    def succeeded(self, keys: tuple[Key, ...]) -> None:
        """It was the right one: this person's count at this place starts anew."""
        self._guessers.pop(keys[0][0], None)
        self.spared(keys[1:])

    def spared(self, keys: tuple[Key, ...]) -> None:
        """It was not looked at after all, or right: it does not count."""
        for name, _ in keys:
            known = self._guessers.get(name)
            if known is not None:
                self._guessers[name] = _Guesser(max(0, known.failures - 1), known.since_s)

    def _of_strangers(self, one: Try) -> tuple[Key, ...]:
        place = _place(one.address)
        kind, limit = ("!", CODES) if one.codes else ("#", ACCOUNT)
        pair, account = (f"{kind}{one.login} {place}", PAIR), (f"{kind}{one.login}", limit)
        wait_s = max(self._wait_s(pair), self._wait_s((f"@{place}", ADDRESS)))
        if one.codes or not self._is_fresh(pair):
            wait_s = max(wait_s, self._wait_s(account))
        if wait_s > 0:
            raise ThrottledError(f"Sai quá nhiều lần. Hãy đợi {wait_s:.0f} giây rồi thử lại.")
        return pair, (f"@{place}", ADDRESS), account

    def _wait_s(self, key: Key) -> float:
        name, limit = key
        known = self._guessers.get(name)
        if known is None or known.failures < limit.tries:
            return 0.0
        return max(0.0, known.since_s + limit.wait_s - self._steady())

    def _is_fresh(self, pair: Key) -> bool:
        known = self._guessers.get(pair[0])
        return known is None or self._steady() - known.since_s > FRESH_S

    def _count(self, key: Key) -> None:
        name, limit = key
        now, known = self._steady(), self._guessers.pop(name, None)
        goes_on = known is not None and now - known.since_s <= limit.within_s
        self._guessers[name] = _Guesser(known.failures + 1 if known is not None and goes_on else 1, now)
        while len(self._guessers) > MOST_GUESSERS:
            self._guessers.popitem(last=False)


def _place(address: str) -> str:
    """What one guesser has: an address, of IPv6 the network of 64 bits in which he makes as many as he likes."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
