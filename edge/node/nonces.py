"""Words that an order must echo when the node does not know the time (protocols.md, time on a node)."""

import secrets
from collections.abc import Callable

RENEW_S = 300.0
"""A nonce is the current one for this long and good for twice as long, so that PREPARE and its PLAY fit."""


class Nonces:
    """The current nonce and the one before it."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._previous = ""
        self._current = secrets.token_hex(8)
        self._since = steady()

    def current(self) -> str:
        """The nonce to show in ``state``."""
        age_s = self._steady() - self._since
        if age_s >= RENEW_S:
            self._previous = self._current if age_s < 2 * RENEW_S else ""
            self._current, self._since = secrets.token_hex(8), self._steady()
        return self._current

    def is_fresh(self, nonce: str) -> bool:
        """Whether an order that echoes this was made in the last ten minutes."""
        return nonce != "" and nonce in (self.current(), self._previous)
