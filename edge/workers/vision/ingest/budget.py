"""Cameras on a mobile link: what they send in a minute, and what is given up when that is too much."""

import threading
from collections import deque

from edge.workers.vision.ingest.sessions import Rank

WINDOW_S = 60.0
JUDGED_AFTER_S = 20.0
ROOM = 0.9
"""Share of the budget that is aimed at: the sizes of pictures vary."""
ON_S = 10.0
SHORTEST_REST_S = 5.0
LONGEST_REST_S = 600.0
RECORD_AGAIN_S = 3600.0


class Meter:
    """Bytes of the last minute, in steps of a second."""

    def __init__(self) -> None:
        self._steps: deque[tuple[float, int]] = deque()
        self._began: float | None = None

    def add(self, size: int, steady: float) -> None:
        """So many bytes came until now."""
        if self._began is None:
            self._began = steady
        self._steps.append((steady, size))

    def kbit_s(self, steady: float) -> float:
        """Over the last WINDOW_S; 0 in the first JUDGED_AFTER_S, which prove nothing."""
        while self._steps and self._steps[0][0] <= steady - WINDOW_S:
            self._steps.popleft()
        passed_s = 0.0 if self._began is None else min(steady - self._began, WINDOW_S)
        return sum(size for _, size in self._steps) * 8 / 1000 / passed_s if passed_s >= JUDGED_AFTER_S else 0.0


class Budget:
    """One camera's budget; ``limit_kbit_s`` 0 allows everything. Any thread may call any method.

    The rule. Both streams of a camera count together over the last minute. Above the limit
    1. people are told (`over`);
    2. the stream that is recorded is closed first. It opens again when the one that is watched leaves room for what it
       sent before, or after an hour, for somebody may have changed the camera;
    3. a stream that is watched and is above the limit alone is watched by turns: open for ON_S, then closed for so long
       that the average is ROOM of the limit. Then nothing is guaranteed to be seen. It stays open again as soon as one
       turn is below the limit.
    """

    def __init__(self, limit_kbit_s: int) -> None:
        self.limit_kbit_s = limit_kbit_s
        self._meters = {rank: Meter() for rank in Rank}
        self._recorded_kbit_s = self._asked_kbit_s = 0.0
        self._closed_at: float | None = None
        self._turn = threading.Lock()
        self.by_turns = False

    def spend(self, rank: Rank, size: int, steady: float) -> None:
        """A stream brought so many bytes since it was last counted."""
        if self.limit_kbit_s:
            with self._turn:
                self._meters[rank].add(size, steady)

    def kbit_s(self, steady: float) -> float:
        """What both streams send."""
        return self._rate(Rank.WATCH, steady) + self._rate(Rank.RECORD, steady)

    def over(self, steady: float) -> bool:
        """Whether the camera is above its limit, or is kept below it by giving something up."""
        return bool(self.limit_kbit_s) and (self._gave_up or self.kbit_s(steady) > self.limit_kbit_s)

    def asked_kbit_s(self, steady: float) -> float:
        """What the camera would send: the rate for which something was given up, or the rate now."""
        return self._asked_kbit_s if self._gave_up else self.kbit_s(steady)

    @property
    def _gave_up(self) -> bool:
        return self.by_turns or self._closed_at is not None

    def may_record(self, steady: float) -> bool:
        """Whether a stream of its own may be open for the recording."""
        if not self.limit_kbit_s:
            return True
        if self._closed_at is None:
            return not self._close_record(steady)
        watched = self._rate(Rank.WATCH, steady)
        fits = 0.0 < watched + self._recorded_kbit_s <= ROOM * self.limit_kbit_s
        waited_s = steady - self._closed_at
        if self.by_turns or not ((fits and waited_s > WINDOW_S) or waited_s > RECORD_AGAIN_S):
            return False
        self._closed_at = None
        return True

    def rest_s(self, came: int, open_s: float, steady: float) -> float:
        """For how long to close the stream that is watched, which brought ``came`` bytes in ``open_s``; 0: not now."""
        if not self.limit_kbit_s or open_s < ON_S:
            return 0.0
        rate = came * 8 / 1000 / open_s
        if not self.by_turns:
            self.by_turns = self._rate(Rank.WATCH, steady) > self.limit_kbit_s
        elif rate <= self.limit_kbit_s:
            self.by_turns = False
        if not self.by_turns:
            return 0.0
        self._asked_kbit_s = rate
        rest_s = min(open_s, WINDOW_S) * (rate / (ROOM * self.limit_kbit_s) - 1)
        return min(max(rest_s, SHORTEST_REST_S), LONGEST_REST_S)

    def _close_record(self, steady: float) -> bool:
        recorded = self._rate(Rank.RECORD, steady)
        if not recorded or self.kbit_s(steady) <= self.limit_kbit_s:
            return False
        self._recorded_kbit_s, self._asked_kbit_s = recorded, self.kbit_s(steady)
        self._closed_at = steady
        return True

    def _rate(self, rank: Rank, steady: float) -> float:
        with self._turn:
            return self._meters[rank].kbit_s(steady)
