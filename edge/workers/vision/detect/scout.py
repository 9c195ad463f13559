"""Decides per camera where to look: at what moves, at what is followed, and now and then at everything."""

from edge.workers.vision.detect.analysis import Analysis
from edge.workers.vision.detect.mailbox import Look
from edge.workers.vision.detect.regions import Region, plan, whole

WHOLE_EVERY_S = 2.0
"""Motion is blind to who stands still, and crops to who is larger than they are."""
MOST_REGIONS = 3
"""Of one picture. A camera that shows more gets coarser crops, not more of the detector's time."""


class Scout:
    """One camera's. The preparing thread owns it."""

    def __init__(self, analysis: Analysis, input_px: int) -> None:
        self._analysis = analysis
        self._input_px = input_px
        self._whole_due = 0.0

    def regions(self, look: Look, others_waiting: int) -> tuple[Region, ...]:
        """Where to look; while others wait, everything takes the crops' place and costs them no more time."""
        crops = self._crops(look, max(1, MOST_REGIONS - others_waiting // 2))
        height_px, width_px = look.bgr.shape[:2]
        everything = whole(width_px, height_px)
        due = look.steady >= self._whole_due or (not look.boxes and not others_waiting)
        if not due and everything not in crops:
            return crops
        self._whole_due = look.steady + WHOLE_EVERY_S
        beside = () if others_waiting else crops
        return (everything, *(crop for crop in beside if crop != everything))

    def _crops(self, look: Look, most: int) -> tuple[Region, ...]:
        height_px, width_px = look.bgr.shape[:2]
        return plan((*look.boxes, *self._analysis.expected(look.steady)), width_px, height_px, self._input_px, most)
