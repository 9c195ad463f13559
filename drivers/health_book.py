"""Since when a device works, or does not: what a driver has to remember between two questions about its health."""

from __future__ import annotations

import time
from collections.abc import Callable

from drivers.base import Health


class HealthBook:
    """Keeps since when a device is as it is."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._last = Health(ok=False, detail="not asked yet", since_steady=steady())

    def note(self, ok: bool, detail: str) -> Health:
        """How it is now."""
        since = self._last.since_steady if ok is self._last.ok else self._steady()
        self._last = Health(ok, detail, since)
        return self._last
