"""Whether a reading may decide anything."""

from edge.core.sensing import Quality


def judge(value: float, span_m: tuple[float, float], previous: float | None, step_m: float) -> Quality:
    """Whether a level may decide: inside the gauge's range, and no leap from the one before it."""
    if not span_m[0] <= value <= span_m[1]:
        return Quality.OUT_OF_RANGE
    if previous is not None and abs(value - previous) > step_m:
        return Quality.JUMP
    return Quality.GOOD
