"""Whether anything moves, cheaply: brightness against a slow average of itself."""

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH_PX = 160
"""A person 20 m away is still some 4 x 10 pixels here, and sensor noise is averaged away."""
LEARN = 0.05
"""Share of a new picture in the background: at 5 pictures a second, what stands still fades in some 4 s."""
CHANGED = 14
"""Grey levels above which a pixel has changed; shrinking leaves noise of 1-3."""
SMALLEST_PX = 10
WHOLE_PICTURE = 0.6
"""More than this share changing at once is light, not a thing: report it once and learn it."""
MOST_BOXES = 8
_KERNEL = np.ones((2, 2), np.uint8)

Boxes = tuple[tuple[float, float, float, float], ...]
"""Left, top, right, bottom as shares of the picture."""


class Motion:
    """One camera's background. One thread uses it."""

    def __init__(self) -> None:
        self._background: NDArray[np.float32] | None = None

    def forget(self) -> None:
        """The next picture only teaches."""
        self._background = None

    def moving(self, luma: NDArray[np.uint8]) -> Boxes:
        """Where this picture (height x width, uint8) differs from the background, which then learns it.

        The first picture, and the first of another size, only teach.
        """
        small = _shrunk(luma)
        if self._background is None or self._background.shape != small.shape:
            self._background = small.astype(np.float32)
            return ()
        changed = _changed(small, self._background)
        changed_px = int(cv2.countNonZero(changed))
        learn = 1.0 if changed_px > WHOLE_PICTURE * small.size else LEARN
        cv2.accumulateWeighted(small, self._background, learn)
        return _boxes(changed) if changed_px >= SMALLEST_PX else ()


def _shrunk(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height_px, width_px = luma.shape
    rows = max(1, round(height_px * WIDTH_PX / width_px))
    small: NDArray[np.uint8] = cv2.resize(luma, (WIDTH_PX, rows), interpolation=cv2.INTER_AREA)
    return small


def _changed(small: NDArray[np.uint8], background: NDArray[np.float32]) -> NDArray[np.uint8]:
    difference = cv2.absdiff(small, cv2.convertScaleAbs(background))
    changed = cv2.threshold(difference, CHANGED, 255, cv2.THRESH_BINARY)[1]
    eroded: NDArray[np.uint8] = cv2.erode(changed, _KERNEL)  # drops single pixels: noise and rain
    return eroded


def _boxes(changed: NDArray[np.uint8]) -> Boxes:
    rows, columns = changed.shape
    _, _, stats, _ = cv2.connectedComponentsWithStats(changed)
    found = sorted(stats[1:].tolist(), key=lambda stat: -stat[cv2.CC_STAT_AREA])[:MOST_BOXES]
    return tuple((x / columns, y / rows, (x + w) / columns, (y + h) / rows) for x, y, w, h, _ in found)
