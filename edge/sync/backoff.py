"""How long to wait after a failure: exponential with full jitter, so that a province's boxes do not return as one."""

import random
from collections.abc import Callable

FIRST_S = 0.5
LONGEST_NO_LINK_S = 5.0
"""Nobody answers: a try costs a few packets and hurts nobody, and after a storm the backlog must drain in seconds."""
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

    def next_s(self, *, answered: bool, asked_s: float = 0.0) -> float:
        """Seconds to wait after one more failure. ``asked_s`` is the hub's own wish: at least so long."""
        longest_s = LONGEST_REFUSED_S if answered else LONGEST_NO_LINK_S
        wait_s = self._draw(0, min(FIRST_S * 2 ** min(self._tries, 10), longest_s))
        self._tries += 1
        return max(wait_s, min(asked_s, LONGEST_ASKED_S))
