"""How well packet sizes foretell motion on one camera, measured all the time, and whether they may wake it: arithmetic.

A packet between key frames is large when much has changed. Its size against its own running mean and spread is a
score; the highest score of a group of pictures (GOP) is compared with what the decoded pictures showed: did anything
move in this group? From the last groups of both kinds follows the AUC, the chance that a group with motion scores
higher than one without. VBR cameras reach 0.92-0.96, CBR ones 0.70-0.79 (measured, see docs/design/choices.md).
"""

from bisect import bisect_left, bisect_right
from collections import deque
from math import log2

KEPT = 256
"""Groups of each kind: nine minutes of quiet at 2 s."""
LEAST_MOVING = 12
LEAST_QUIET = 120
"""Fewer groups say nothing: four minutes of quiet at least."""
TRUSTED_AUC = 0.9
WRONG_PER_H = 4
"""Wakes for nothing in an hour, above which the hint is not trusted until the oldest of them is an hour ago."""
ABOVE_QUIET = 1.25
"""A packet alarms when it scores so many times the highest of all quiet groups."""
SLOW = 1 / 256
"""Share of a packet in the running mean and spread: 17 s at 15 a second."""
FAST = 0.5
"""A thing makes several packets in a row larger, a lost one only one."""


class Hint:
    """One camera's packet sizes. The camera's thread owns it."""

    def __init__(self) -> None:
        self._mean = 0.0
        self._spread = 1.0
        self._score = 0.0
        self._highest = 0.0
        self._moving: deque[float] = deque(maxlen=KEPT)
        self._quiet: deque[float] = deque(maxlen=KEPT)
        self._wrong: deque[float] = deque(maxlen=WRONG_PER_H + 1)
        self._auc = 0.0
        self._limit = float("inf")
        self._alarmed = False

    @property
    def auc(self) -> float:
        """How well sizes tell groups with motion from others: 0.5 is chance; 0 while there are too few of either."""
        return self._auc

    @property
    def trusted(self) -> bool:
        """Whether a packet's size may wake the camera."""
        return self._limit < float("inf")

    def add(self, size: int) -> bool:
        """A packet between key frames; whether it is the first of its group that should wake the camera."""
        bits = log2(size + 1)
        above = bits - self._mean
        self._mean += SLOW * above
        self._spread += SLOW * (abs(above) - self._spread)
        self._score += FAST * (above / (self._spread + 0.05) - self._score)
        if self._score <= self._highest:
            return False
        self._highest = self._score
        if self._alarmed or self._score < self._limit:
            return False
        self._alarmed = True
        return True

    def judge(self, *, moved: bool, steady: float) -> None:
        """A group of pictures is over, and the decoded pictures say whether anything moved in it."""
        (self._moving if moved else self._quiet).append(self._highest)
        if self._alarmed and not moved:
            self._wrong.append(steady)
        self._highest, self._alarmed = 0.0, False
        self._weigh(steady)

    def _weigh(self, steady: float) -> None:
        enough = len(self._moving) >= LEAST_MOVING and len(self._quiet) >= LEAST_QUIET
        self._auc = area_under_curve(self._moving, self._quiet) if enough else 0.0
        often_wrong = len(self._wrong) > WRONG_PER_H and steady - self._wrong[0] < 3600.0
        trusted = self._auc >= TRUSTED_AUC and not often_wrong
        self._limit = ABOVE_QUIET * max(self._quiet) if trusted else float("inf")


def area_under_curve(positive: deque[float], negative: deque[float]) -> float:
    """The chance that one of ``positive`` is above one of ``negative``, ties counting half (Mann and Whitney 1947)."""
    ordered = sorted(negative)
    below = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in positive)
    return below / (2 * len(ordered) * len(positive))
