"""The river of a drill: it meets every level up to a chosen one, and leaves them all again."""

from collections.abc import Sequence

ABOVE_M, BELOW_M = 0.05, 0.2
"""Clearly beyond a level, and clearly beyond its hysteresis."""


def wave(thresholds: Sequence[float], level: int) -> tuple[float, ...]:
    """Heights in metres: below the first level, above each up to ``level``, and down again below each."""
    used = thresholds[: max(1, min(level, len(thresholds)))]
    up = [threshold + ABOVE_M for threshold in used]
    down = [threshold - BELOW_M for threshold in reversed(used)]
    return (used[0] - BELOW_M, *up, *down)
