"""Secrets of apps that are shown and not confirmed yet."""

from collections.abc import Callable
from dataclasses import dataclass

from edge.accounts.codes import new_secret

MOST_PENDING = 100
LIFE_S = 600.0
"""Whoever proved that it is he sets his app up within ten minutes, or proves it again."""


@dataclass(frozen=True, slots=True)
class _Shown:
    secret: str
    until_s: float


class Pending:
    """One secret a session, for ten minutes. ``steady``: monotonic seconds."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._shown: dict[str, _Shown] = {}

    def of(self, session: str) -> str:
        """The secret that this session was shown; empty when there is none any more."""
        shown = self._shown.get(session)
        return shown.secret if shown is not None and shown.until_s > self._steady() else ""

    def make(self, session: str) -> str:
        """A new one."""
        self.drop(session)
        while len(self._shown) >= MOST_PENDING:
            self._shown.pop(next(iter(self._shown)))
        self._shown[session] = _Shown(new_secret(), self._steady() + LIFE_S)
        return self.of(session)

    def drop(self, session: str) -> None:
        """It was confirmed, or is not wanted any more."""
        self._shown.pop(session, None)
