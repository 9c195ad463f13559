"""Fits a frame into the network's square without changing its proportions, and brings boxes back.

The arithmetic is that of the networks' own tools (Ultralytics: data/augment.py, LetterBox, centred, no stride
rounding; YOLOX: data/data_augment.py, preproc): figures measured with them hold here.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.base import Boxes, Frame, Pixels, Prepared

# The grey that the networks were trained with around pictures.
GREY: Final = 114


class Style(Enum):
    """What a family of networks was trained on."""

    CENTRED_RGB_SHARES = "centred, RGB, 0..1"
    CORNER_BGR_BYTES = "upper left corner, BGR, 0..255"


def fit(frame: Frame, size_px: int, style: Style) -> Prepared:
    """The frame as 3 x size x size float32, grey around. Any thread."""
    scale = min(size_px / frame.height_px, size_px / frame.width_px)
    height, width = max(1, round(frame.height_px * scale)), max(1, round(frame.width_px * scale))
    top, left = _margin(size_px - height, style), _margin(size_px - width, style)
    level = np.float32(1 / 255 if style is Style.CENTRED_RGB_SHARES else 1)
    blob = np.full((3, size_px, size_px), level * GREY, np.float32)
    picture = _resized(frame.bgr, width, height, style)
    np.multiply(picture.transpose(2, 0, 1), level, out=blob[:, top : top + height, left : left + width])
    return Prepared(blob, scale, left, top, frame.width_px, frame.height_px)


def back(boxes: Boxes, prepared: Prepared) -> Boxes:
    """Boxes in the network's pixels, xyxy, as pixels of the frame, cut at its edges."""
    offset = np.array((prepared.left_px, prepared.top_px) * 2, np.float32)
    limit = np.array((prepared.width_px, prepared.height_px) * 2, np.float32)
    restored: Boxes = np.clip((boxes - offset) / np.float32(prepared.scale), 0, limit)
    return restored


def _margin(rest_px: int, style: Style) -> int:
    if style is Style.CORNER_BGR_BYTES:
        return 0
    # Ultralytics' own rounding: an odd rest puts the smaller half first.
    return round(rest_px / 2 - 0.1)


def _resized(bgr: Pixels, width: int, height: int, style: Style) -> NDArray[np.uint8]:
    small = bgr
    if bgr.shape[:2] != (height, width):
        small = np.asarray(cv2.resize(bgr, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    if style is Style.CENTRED_RGB_SHARES:
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), np.uint8)
    return small
