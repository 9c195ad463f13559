"""What lies over the private parts of a camera's pictures."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.kernel.wire.vision import Outline

_BLACK = (0, 0, 0)


class Veil:
    """Black over polygons given in shares of the picture; a rim of a pixel more, for corners are rounded."""

    def __init__(self, areas: Sequence[Outline] = ()) -> None:
        self._areas = [np.array(area) for area in areas]

    def over(self, bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A covered copy; the picture itself where nothing is private."""
        if not self._areas:
            return bgr
        height, width = bgr.shape[:2]
        covered: NDArray[np.uint8] = bgr.copy()
        for area in self._areas:
            corners = np.rint(area * (width, height)).astype(np.int32)
            cv2.fillPoly(covered, [corners], _BLACK)
            cv2.polylines(covered, [corners], True, _BLACK, 2)
        return covered
