"""Whether every thread of the shard still makes progress."""

import threading

from edge.kernel.clock import Clock


class Pulse:
    """Threads promise when they will be heard of next; a broken promise stops the shard's beats.

    Any thread may call any method.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._due: dict[str, float] = {}

    def promise(self, thread: str, within_s: float) -> None:
        """``thread`` lives and will call again within ``within_s`` seconds, whatever happens."""
        with self._lock:
            self._due[thread] = self._clock.steady() + within_s

    def forget(self, thread: str) -> None:
        """``thread`` has ended as it should."""
        with self._lock:
            self._due.pop(thread, None)

    def late(self) -> list[str]:
        """The threads that broke their promise."""
        now = self._clock.steady()
        with self._lock:
            return sorted(thread for thread, due in self._due.items() if due < now)
