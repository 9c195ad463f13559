"""Who may look at which recordings now: whoever said why, and for what he said (L5)."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from flask import current_app

GRANTS = "molang-grants"
LIFE_S = 3600.0
"""Long enough to look at an hour once; a page left open asks again, and that is one more audit line."""
MOST_GRANTS = 500
"""Overflow rule: the oldest ends, and its page asks again."""


@dataclass(frozen=True, slots=True)
class _Grant:
    session: str
    camera: str
    since_ms: int
    until_ms: int
    ends_at: float


class Grants:
    """Remembers what was allowed to which session. In memory: after a restart every page asks again. Thread-safe."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._grants: deque[_Grant] = deque(maxlen=MOST_GRANTS)
        self._lock = Lock()

    def give(self, session: str, camera: str, since_ms: int, until_ms: int) -> None:
        """This session may see this span of this camera for LIFE_S."""
        with self._lock:
            self._grants.append(_Grant(session, camera, since_ms, until_ms, self._steady() + LIFE_S))

    def cover(self, session: str, camera: str, began_ms: int, ended_ms: int) -> bool:
        """Whether a recording that lasted from ``began_ms`` to ``ended_ms`` reaches into what this session may see."""
        now = self._steady()
        with self._lock:
            return any(
                grant.session == session
                and grant.camera == camera
                and grant.ends_at > now
                and began_ms < grant.until_ms
                and ended_ms > grant.since_ms
                for grant in self._grants
            )


def current_grants() -> Grants:
    """The grants of the running application."""
    grants: Grants = current_app.extensions[GRANTS]
    return grants
