"""How good a picture of a thing is: what an incident's still should show."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.core.vision import Box
from edge.workers.vision.detect.found import area

WHERE_A_RULE_LOOKS, WHOLE = 4.0, 2.0
"""These come first, in this order; then score, size and sharpness, each 0 to 1."""
AT_THE_EDGE = 0.005
"""A box that ends so near to the picture's edge is taken to go on outside."""
LARGE = 0.1
"""Share of the picture from which on larger is no better."""
SHARP = 300.0
"""Variance of the Laplacian of a person in focus at SHOWN_PX; half the points."""
SHOWN_PX = 96


def worth(bgr: NDArray[np.uint8], box: Box, score: float, *, watched: bool) -> float:
    """Higher is better. ``watched``: a rule looks at the place where the thing stands."""
    whole: bool = min(box.left, box.top, 1 - box.right, 1 - box.bottom) > AT_THE_EDGE
    size = min(1.0, math.sqrt(area(box) / LARGE))
    return WHERE_A_RULE_LOOKS * watched + WHOLE * whole + score + size + _sharpness(bgr, box)


def _sharpness(bgr: NDArray[np.uint8], box: Box) -> float:
    """0 to 1, at the size at which people look at it: a large picture a little out of focus is good enough."""
    height_px, width_px = bgr.shape[:2]
    top, bottom = int(box.top * height_px), int(np.ceil(box.bottom * height_px))
    left, right = int(box.left * width_px), int(np.ceil(box.right * width_px))
    crop = bgr[top:bottom, left:right]
    if 0 in crop.shape:
        return 0.0
    shrink = min(1.0, SHOWN_PX / max(crop.shape[:2]))
    small = cv2.resize(crop, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else crop
    variance = float(cv2.Laplacian(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), cv2.CV_32F).var())
    return variance / (variance + SHARP)
