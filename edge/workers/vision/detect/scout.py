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
        """Where to look; the more other cameras wait, the fewer places."""
        height_px, width_px = look.bgr.shape[:2]
        most = max(1, MOST_REGIONS - others_waiting // 2)
        boxes = (*look.boxes, *self._analysis.expected(look.steady))
        everything = whole(width_px, height_px)
        due = look.steady >= self._whole_due
        crops = plan(boxes, width_px, height_px, self._input_px, most - 1 if due else most) if most > due else ()
        if due or everything in crops:
            self._whole_due = look.steady + WHOLE_EVERY_S
            return (everything, *(crop for crop in crops if crop != everything))
        return crops
