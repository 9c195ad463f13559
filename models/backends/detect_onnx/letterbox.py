"""Fits a frame into the network's square without changing its proportions, and brings boxes back.

The arithmetic is Ultralytics' own (data/augment.py, LetterBox, centred, no stride rounding): figures measured with
their tools hold here.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.base import Boxes, Pixels

# The grey that the networks were trained with around pictures.
GREY: Final = 114


class Letterbox:
    """Owns its buffers, so that a frame costs no allocation: one per detector, one thread at a time."""

    def __init__(self, size_px: int) -> None:
        self._size = size_px
        self._canvas: Pixels = np.full((size_px, size_px, 3), GREY, np.uint8)
        self._tensor: NDArray[np.float32] = np.empty((1, 3, size_px, size_px), np.float32)
        self._inside = (0, 0, size_px, size_px)
        self._ratio = 1.0

    def fit(self, bgr: Pixels) -> NDArray[np.float32]:
        """1 x 3 x size x size, RGB in 0..1. Valid until the next call."""
        top, left, height, width = self._place(bgr.shape[0], bgr.shape[1])
        target = self._canvas[top : top + height, left : left + width]
        if (height, width) == bgr.shape[:2]:
            target[...] = bgr
        else:
            target[...] = cv2.resize(bgr, (width, height), interpolation=cv2.INTER_LINEAR)
        np.multiply(self._canvas[:, :, ::-1].transpose(2, 0, 1), np.float32(1 / 255), out=self._tensor[0])
        return self._tensor

    def back(self, boxes: Boxes, height_px: int, width_px: int) -> Boxes:
        """Boxes of the last fitted frame, xyxy in its own pixels, cut at its edges."""
        top, left, _, _ = self._inside
        offset = np.array((left, top, left, top), np.float32)
        limit = np.array((width_px, height_px, width_px, height_px), np.float32)
        restored: Boxes = np.clip((boxes - offset) / np.float32(self._ratio), 0, limit)
        return restored

    def _place(self, height_px: int, width_px: int) -> tuple[int, int, int, int]:
        """Top, left, height and width of the picture inside the square; greys the rest when that changes."""
        self._ratio = min(self._size / height_px, self._size / width_px)
        height = max(1, round(height_px * self._ratio))
        width = max(1, round(width_px * self._ratio))
        # Ultralytics' own rounding: an odd rest puts the smaller half first.
        top, left = round((self._size - height) / 2 - 0.1), round((self._size - width) / 2 - 0.1)
        if (top, left, height, width) != self._inside:
            self._canvas[...] = GREY
            self._inside = (top, left, height, width)
        return self._inside
