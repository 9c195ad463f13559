"""When something moved in the last minutes, for whoever files the recordings of that time."""

import threading
from collections import deque

KEPT = 512
"""Spans, each as long as nothing changes: at one change a second over eight minutes, longer than any segment waits."""
LONGEST_SPAN_S = 15.0
"""A picture speaks for the time since the one before it, but not across a pause."""


class MotionLog:
    """Spans of time in which something moved or was tracked. One thread adds, any thread asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spans: deque[tuple[float, float, bool, bool]] = deque(maxlen=KEPT)
        self._last: float | None = None

    def add(self, steady: float, *, moved: bool, tracked: bool) -> None:
        """A picture of this time was compared with the one before it."""
        last, self._last = self._last, steady
        if last is None or not 0.0 < steady - last <= LONGEST_SPAN_S:
            return
        if moved or tracked:
            with self._lock:
                self._spans.append((self._joined(last, moved, tracked), steady, moved, tracked))

    def _joined(self, begin: float, moved: bool, tracked: bool) -> float:
        """Where the span begins: the one before it goes on in it if nothing has changed."""
        if self._spans and self._spans[-1][1:] == (begin, moved, tracked):
            begin = self._spans.pop()[0]
        return begin

    def share(self, since: float, until: float) -> float:
        """Share of this time (0 to 1) in which something moved."""
        with self._lock:
            moved = [(begin, end) for begin, end, moves, _ in self._spans if moves]
        inside_s = sum(max(0.0, min(end, until) - max(begin, since)) for begin, end in moved)
        return min(1.0, inside_s / (until - since)) if until > since else 0.0

    def tracked(self, since: float, until: float) -> bool:
        """Whether anything was tracked in this time."""
        with self._lock:
            return any(held and begin < until and end > since for begin, end, _, held in self._spans)
