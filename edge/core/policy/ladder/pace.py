"""When a SIM may send: at most so many parts in any minute.

Networks take about ten a minute of one SIM and block one that sends more. Any minute, not one every six seconds: the
first ten of an alarm then go out as fast as the modem can, and thirty officials have it in less than three minutes.
"""

from collections import deque

WINDOW_S = 60.0


class Pace:
    """A sliding minute over the monotonic clock."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._begun: deque[float] = deque()

    def wait_s(self, parts: int, now_s: float) -> float:
        """Seconds until ``parts`` may be sent; 0 when they may now. What is longer than a minute's share goes alone."""
        while self._begun and self._begun[0] <= now_s - WINDOW_S:
            self._begun.popleft()
        over = len(self._begun) + min(parts, self._per_minute) - self._per_minute
        return self._begun[over - 1] + WINDOW_S - now_s if over > 0 else 0.0

    def begin(self, parts: int, now_s: float) -> None:
        """They are being sent."""
        self._begun.extend([now_s] * parts)
