"""What may go to the province now, and why the rest waits: rate by the hour and budget of the month."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.core.local_time import minute_of_day
from edge.core.moment import Steady
from edge.core.policy.shaping import (
    ALL_LANES,
    NEVER_HELD,
    Bucket,
    Saver,
    Shape,
    filled,
    open_lanes,
    rate_at,
    spent,
    wait_s,
)
from edge.kernel.clock import Clock
from edge.sync.status import Reason


@dataclass(frozen=True, slots=True)
class Pass:
    """The lanes that may go now. Others wait for ``reason``, those that only the rate holds for ``wait_s`` more."""

    lanes: frozenset[int]
    reason: Reason
    wait_s: float = 0.0


class Gate:
    """Holds the bucket."""

    def __init__(self, shapes: Sequence[Shape], clock: Clock) -> None:
        self._shapes = shapes
        self._clock = clock
        self._bucket = Bucket(0.0, Steady(clock.steady()))

    def open(self, saver: Saver) -> Pass:
        """What may go now."""
        kbit = self._fill()
        lanes = open_lanes(saver)
        held_s = wait_s(self._bucket, kbit)
        if held_s > 0:
            return Pass(frozenset({NEVER_HELD}), Reason.SHAPED, held_s)
        return Pass(lanes, Reason.SENDING if lanes == ALL_LANES else Reason.BUDGET)

    def count(self, bytes_used: int) -> None:
        """So many bytes have gone, alarms' too."""
        self._fill()
        self._bucket = spent(self._bucket, bytes_used)

    def _fill(self) -> int:
        kbit = rate_at(self._shapes, minute_of_day(self._clock.now().at_ms))
        self._bucket = filled(self._bucket, kbit, self._clock.steady())
        return kbit
