"""The small picture on which motion and scene health work: 160 pixels wide, brightness on a logarithmic scale."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.kernel.wire.vision import Outline

Grey = NDArray[np.uint8]
"""Brightness, height x width."""

WIDTH_PX = 160
"""A person 30 px high in 640x360 is still some 3 x 8 pixels here, and sensor noise is averaged away."""
DARKEST = 32.0
"""Added before the logarithm: below it lies more noise than picture."""


def _log_scale() -> Grey:
    levels = np.log1p(np.arange(256) / DARKEST)
    scale: Grey = np.rint(levels * 255 / levels[-1]).astype(np.uint8)
    return scale


_LOG = _log_scale()


def shrunk(luma: Grey) -> Grey:
    """The picture WIDTH_PX wide. Halving exactly is seven times cheaper than one step (measured), and as smooth."""
    while luma.shape[1] >= 2 * WIDTH_PX:
        rows, columns = luma.shape[0] // 2, luma.shape[1] // 2
        luma = cv2.resize(luma[: 2 * rows, : 2 * columns], (columns, rows), interpolation=cv2.INTER_AREA)
    rows = max(1, round(luma.shape[0] * WIDTH_PX / luma.shape[1]))
    if luma.shape != (rows, WIDTH_PX):
        luma = cv2.resize(luma, (WIDTH_PX, rows), interpolation=cv2.INTER_AREA)
    return luma


def logarithmic(small: Grey) -> Grey:
    """On this scale more or less light adds the same everywhere."""
    scaled: Grey = cv2.LUT(small, _LOG)
    return scaled


class Mask:
    """Polygons that are never looked at, drawn once for each size of small picture."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        self._outlines = outlines
        self._drawn: Grey | None = None

    def hide(self, small: Grey) -> Grey:
        """The picture with the masked parts blackened."""
        if not self._outlines:
            return small
        if self._drawn is None or self._drawn.shape != small.shape:
            self._drawn = self._draw(small.shape[0], small.shape[1])
        hidden: Grey = cv2.bitwise_and(small, self._drawn)
        return hidden

    def _draw(self, rows: int, columns: int) -> Grey:
        drawn = np.full((rows, columns), 255, np.uint8)
        for outline in self._outlines:
            corners = np.rint(np.array(outline) * (columns, rows)).astype(np.int32)
            cv2.fillPoly(drawn, [corners], 0)
        return drawn
