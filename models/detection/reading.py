"""From a network's answer to candidate boxes: one function per head.

Boxes are xyxy in the network's own pixels; nothing below `least` is looked at further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.base import Answer, Boxes, Classes, Scores
from models.detection.head import Head
from models.detection.letterbox import Style

STRIDES: Final = (8, 16, 32)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Boxes that may be things: N x 4 float32, N float32, N int32."""

    boxes: Boxes
    scores: Scores
    classes: Classes


@dataclass(frozen=True, slots=True)
class Manner:
    """How one family of networks is fed and read. `chosen`: its boxes do not overlap, nothing is left to choose."""

    style: Style
    output: Callable[[int, int], tuple[int, int]]
    """The answer's shape for so many labels and this input size; 0 where any length will do."""
    candidates: Callable[[Answer, float, int], Candidates]
    """From the answer, the least score and the input size."""
    chosen: bool = False


def _yolov8(rows: Answer, least: float, _size_px: int) -> Candidates:
    best = rows[4:].max(axis=0)
    columns = np.flatnonzero(best >= least)
    classes = rows[4:, columns].argmax(axis=0).astype(np.int32)
    return Candidates(_corners(rows[:4, columns].T), best[columns], classes)


def _end2end(rows: Answer, least: float, _size_px: int) -> Candidates:
    kept = rows[rows[:, 4] >= least]
    return Candidates(kept[:, :4], kept[:, 4], kept[:, 5].astype(np.int32))


def _yolox(rows: Answer, least: float, size_px: int) -> Candidates:
    """Source: YOLOX, models/yolo_head.py, decode_outputs; the sigmoids are inside the exported network."""
    best = rows[:, 4] * rows[:, 5:].max(axis=1)
    kept = np.flatnonzero(best >= least)
    corners, strides = _cells(size_px)
    middle = (rows[kept, :2] + corners[kept]) * strides[kept]
    # e^20 pixels is beyond any picture: a broken network must not overflow.
    size = np.exp(np.minimum(rows[kept, 2:4], 20)) * strides[kept]
    classes = rows[kept, 5:].argmax(axis=1).astype(np.int32)
    return Candidates(_corners(np.concatenate((middle, size), axis=1)), best[kept], classes)


@cache
def _cells(size_px: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For each place of a YOLOX answer its cell (column, row) and the cell's side in pixels."""
    sides = [size_px // stride for stride in STRIDES]
    cells = [np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=2).reshape(-1, 2) for side in sides]
    strides = [np.full((side * side, 1), stride, np.float32) for side, stride in zip(sides, STRIDES, strict=True)]
    return np.concatenate(cells).astype(np.float32), np.concatenate(strides)


def _places(size_px: int) -> int:
    return sum((size_px // stride) ** 2 for stride in STRIDES)


def _corners(centre_and_size: NDArray[np.float32]) -> Boxes:
    """N x 4 centre x, y, width, height to N x 4 left, top, right, bottom."""
    middle, half = centre_and_size[:, :2], centre_and_size[:, 2:] * np.float32(0.5)
    corners: Boxes = np.concatenate((middle - half, middle + half), axis=1)
    return corners


MANNERS: Final[Mapping[Head, Manner]] = {
    Head.YOLOV8: Manner(Style.CENTRED_RGB_SHARES, lambda labels, _: (4 + labels, 0), _yolov8),
    Head.END2END: Manner(Style.CENTRED_RGB_SHARES, lambda _labels, _size: (0, 6), _end2end, chosen=True),
    Head.YOLOX: Manner(Style.CORNER_BGR_BYTES, lambda labels, size: (_places(size), 5 + labels), _yolox),
}
