"""Which of the decoded pictures are looked at."""

EARLY = 0.25
"""Share of the period by which a picture may come early: arrivals jitter around the pace."""


class Pace:
    """One camera's pace: ``detect_fps`` looks a second at most. One thread uses it."""

    def __init__(self, detect_fps: float) -> None:
        self._period_s = 1.0 / detect_fps
        self._due = 0.0

    def takes(self, steady: float) -> bool:
        """Whether the picture of this time is looked at; keeps the pace over uneven arrivals."""
        if steady < self._due - EARLY * self._period_s:
            return False
        behind = steady - self._due > self._period_s
        self._due = (steady if behind else self._due) + self._period_s
        return True

    def restart(self) -> None:
        """Time goes back: a replay begins."""
        self._due = 0.0
