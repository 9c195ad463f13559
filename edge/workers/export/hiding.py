"""Which parts of a picture show somebody, or might."""

import logging
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.kernel.wire.export import BlurSetup
from models.base import Detector, Frame
from models.errors import ModelError
from models.registry import open_detector

log = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""
MIN_SCORE = 0.12
"""Far below what an alarm needs: a box too many hides a wall, a box too few shows a neighbour."""
WIDEN = 0.2
TILED_ABOVE_PX = 960
"""Wider pictures are looked at in four overlapping parts too: far persons are small."""
TILE_SHARE = 0.6
MOTION_WIDTH_PX = 160
CHANGED = 10
_GROW = np.ones((15, 15), np.uint8)
"""The inside of a plain coat does not change when it moves: its two edges must meet."""


def open_people_detector(setup: BlurSetup) -> Detector | None:
    """The model that finds people and vehicles, or None: then whole pictures must be hidden."""
    if not setup.model_path:
        return None
    settings = {"path": Path(setup.model_path), "confidence": MIN_SCORE, "threads": setup.threads}
    try:
        return open_detector(setup.backend, {**settings, "classes": setup.labels})
    except ModelError as error:
        log.warning("no detector for blurring, whole pictures are hidden: %s", error)
        return None


class Hider:
    """Finds what to hide, picture by picture in their order. Without a detector everything."""

    def __init__(self, detector: Detector | None, masks: Sequence[Sequence[tuple[float, float]]]) -> None:
        self._detector = detector
        self._masks = masks
        self._before: Pixels | None = None

    @property
    def finds_people(self) -> bool:
        """Whether there is a detector."""
        return self._detector is not None

    def boxes(self, bgr: Pixels) -> list[Box]:
        """What shows people, vehicles or anything that moves; the whole picture when that cannot be told."""
        height, width = bgr.shape[:2]
        whole = [(0, 0, width, height)]
        if self._detector is None:
            return whole
        try:
            return [*self._detected(self._detector, bgr), *self._moving(bgr)]
        except ModelError as error:
            log.warning("one picture is hidden whole: %s", error)
            return whole

    def black_out(self, bgr: Pixels) -> None:
        """Privacy masks of the camera are black, whatever lies below."""
        height, width = bgr.shape[:2]
        for mask in self._masks:
            corners = np.array([(round(x * width), round(y * height)) for x, y in mask], np.int32)
            cv2.fillPoly(bgr, [corners], (0, 0, 0))

    def _detected(self, detector: Detector, bgr: Pixels) -> list[Box]:
        found: list[Box] = []
        for left, top, right, bottom in _parts(bgr):
            part = np.ascontiguousarray(bgr[top:bottom, left:right])
            corner = np.array([left, top, left, top], np.float32)
            found.extend(_widened(box + corner, bgr) for box in detector.detect(Frame(part)).boxes)
        return found

    def _moving(self, bgr: Pixels) -> list[Box]:
        height, width = bgr.shape[:2]
        rows = max(1, round(height * MOTION_WIDTH_PX / width))
        small = cv2.cvtColor(cv2.resize(bgr, (MOTION_WIDTH_PX, rows), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        before, self._before = self._before, small
        if before is None:
            return []
        changed = cv2.dilate(cv2.threshold(cv2.absdiff(small, before), CHANGED, 255, cv2.THRESH_BINARY)[1], _GROW)
        scale = width / MOTION_WIDTH_PX
        outlines, _ = cv2.findContours(changed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        boxes = (cv2.boundingRect(outline) for outline in outlines)
        return [
            (int(x * scale), int(y * scale), int((x + w) * scale) + 1, int((y + h) * scale) + 1) for x, y, w, h in boxes
        ]


def _parts(bgr: Pixels) -> list[Box]:
    height, width = bgr.shape[:2]
    parts = [(0, 0, width, height)]
    if width > TILED_ABOVE_PX:
        wide, high = int(width * TILE_SHARE), int(height * TILE_SHARE)
        corners = ((x, y) for y in (0, height - high) for x in (0, width - wide))
        parts += [(x, y, x + wide, y + high) for x, y in corners]
    return parts


def _widened(box: NDArray[np.float32], bgr: Pixels) -> Box:
    height, width = bgr.shape[:2]
    left, top, right, bottom = (float(edge) for edge in box)
    more_x, more_y = (right - left) * WIDEN, (bottom - top) * WIDEN
    return (
        max(int(left - more_x), 0),
        max(int(top - more_y), 0),
        min(int(right + more_x) + 1, width),
        min(int(bottom + more_y) + 1, height),
    )
