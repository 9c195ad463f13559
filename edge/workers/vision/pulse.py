"""Whether every thread of the shard still makes progress."""

from edge.kernel.clock import Clock


class Pulse:
    """Threads promise when they will be heard of next; a broken promise ends the shard.

    Any thread may call any method. There is no lock: one store into a dict is one step of the interpreter, and a
    promise is made twice for every packet.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: dict[str, float] = {}

    def promise(self, thread: str, within_s: float) -> None:
        """``thread`` lives and will call again within ``within_s`` seconds, whatever happens."""
        self._due[thread] = self._clock.steady() + within_s

    def forget(self, thread: str) -> None:
        """``thread`` has ended as it should."""
        self._due.pop(thread, None)

    def late(self) -> list[str]:
        """The threads that broke their promise."""
        now = self._clock.steady()
        return sorted(thread for thread, due in tuple(self._due.items()) if due < now)
