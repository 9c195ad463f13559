"""Two gauges at one place: together they say more than each, and neither raises or clears an alarm against the other.

- They agree: both are good, and the place says what its first gauge says.
- They disagree: both are marked. The place moves only as far as BOTH say that it moved: up to the lower one, down to
  the higher one (the play of a loose gear). So one that drifts raises and clears nothing alone, and a flood that both
  see is told although they differ. A place that never said anything begins with the lower one.
- One is silent, or its readings are bad: the other goes on alone.
- They disagree, and one has told the same to the last digit for ten minutes while the other moves: it is stuck.
- A leap that the other gauge shows too is confirmed. Two drops to zero confirm nothing: both hang on one cable.
"""

from dataclasses import dataclass

from edge.core.policy.flood.limits import HOUR_MS, MINUTE_MS
from edge.core.sensing import Quality

AGREE_M = 0.20
"""Two sensors a few metres apart: waves, slope of the surface, mounting."""
DRIFT_M_H = 3.0
"""They are not read at the same moment, and the water moves meanwhile."""
STILL_MS = 10 * MINUTE_MS
_SPEAKS = (Quality.GOOD, Quality.DISAGREES)
_LEAPT = (Quality.JUMP, Quality.ZERO)


@dataclass(frozen=True, slots=True)
class Voice:
    """What one gauge says: its newest value, when that was measured (UTC ms), its worth, and whether it stands still.

    ``fresh`` is false for a gauge that is silent: it has no voice.
    """

    value: float
    at_ms: int
    quality: Quality
    still: bool
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reading just taken is worth after all, and what the place says; None: nothing new.

    ``confirms``: the doubt of each gauge whose leap was shown by the other is settled (this one, the other one).
    """

    quality: Quality
    place: float | None
    confirms: tuple[bool, bool] = (False, False)


def vote(taken: Voice, other: Voice | None, standing: float | None) -> Verdict:
    """What a reading is worth beside the other gauge of its place; ``standing`` is what the place said last."""
    if other is None or not other.fresh:
        return Verdict(taken.quality, _own(taken))
    if taken.quality in _LEAPT:
        return _leap(taken, other)
    if taken.quality is not Quality.GOOD:
        return Verdict(taken.quality, None)
    if other.quality in _LEAPT and _agree(taken, other) and not _both_zero(taken, other):
        return Verdict(Quality.GOOD, taken.value, (False, True))
    if other.quality not in _SPEAKS or _agree(taken, other):
        return Verdict(Quality.GOOD, taken.value)
    return _dispute(taken, other, standing)


def _own(voice: Voice) -> float | None:
    return voice.value if voice.quality is Quality.GOOD else None


def _leap(taken: Voice, other: Voice) -> Verdict:
    shown = other.quality in (*_SPEAKS, Quality.JUMP) and _agree(taken, other) and not _both_zero(taken, other)
    if not shown:
        return Verdict(taken.quality, None)
    return Verdict(Quality.GOOD, taken.value, (True, other.quality in _LEAPT))


def _dispute(taken: Voice, other: Voice, standing: float | None) -> Verdict:
    if other.still and not taken.still:
        return Verdict(Quality.GOOD, taken.value)
    if taken.still and not other.still:
        return Verdict(Quality.STUCK, None)
    low, high = sorted((taken.value, other.value))
    return Verdict(Quality.DISAGREES, low if standing is None else min(max(standing, low), high))


def _agree(one: Voice, other: Voice) -> bool:
    apart_h = abs(one.at_ms - other.at_ms) / HOUR_MS
    return abs(one.value - other.value) <= AGREE_M + DRIFT_M_H * min(apart_h, 1.0)


def _both_zero(one: Voice, other: Voice) -> bool:
    return one.value == 0 and other.value == 0
