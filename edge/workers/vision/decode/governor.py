"""Which packets are decoded and which pictures are looked at."""

EARLY = 0.25
"""Share of the period by which a picture may come early: arrivals jitter around the pace."""


class DecodeGovernor:
    """One camera's pace. One thread uses it.

    Every packet is decoded, for a picture needs those before it; ``detect_fps`` of them a second are analysed.
    """

    def __init__(self, detect_fps: float) -> None:
        self._period_s = 1.0 / detect_fps
        self._due = 0.0

    def analyses(self, steady: float) -> bool:
        """Whether the picture that arrived at ``steady`` is looked at; keeps the pace over uneven arrivals."""
        if steady < self._due - EARLY * self._period_s:
            return False
        behind = steady - self._due > self._period_s
        self._due = (steady if behind else self._due) + self._period_s
        return True
