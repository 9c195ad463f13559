"""How long to wait after a failure: exponential with full jitter, so that a province's boxes do not return as one."""

import random
from collections.abc import Callable

FIRST_S = 0.5
LONGEST_NOT_REACHED_S = 1.0
"""No connection comes about: a try costs a packet, and an alarm must be out two seconds after the line is back."""
LONGEST_NO_LINK_S = 5.0
"""Connections come about and break: each costs a handshake, and the backlog of a storm must drain in seconds."""
LONGEST_REFUSED_S = 60.0
"""The hub answers, but with an error: it is overloaded or ill, and every box of the province knocks at its door."""
LONGEST_ASKED_S = 600.0
"""No hub puts a box to sleep for longer than this."""


class Backoff:
    """Counts failures in a row and tells how long to wait after each."""

    def __init__(self, draw: Callable[[float, float], float] = random.uniform) -> None:
        self._draw = draw
        self._tries = 0

    def clear(self) -> None:
        """It worked."""
        self._tries = 0

    def next_s(self, longest_s: float, asked_s: float = 0.0) -> float:
        """Seconds to wait after one more failure, at most ``longest_s``. ``asked_s``, the hub's wish, is the least."""
        wait_s = self._draw(0, min(FIRST_S * 2 ** min(self._tries, 10), longest_s))
        self._tries += 1
        return max(wait_s, min(asked_s, LONGEST_ASKED_S))
