"""Choosing among overlapping boxes of the same class: the best score stays, what overlaps it too much goes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.base import Boxes, Classes, Scores


def overlaps(boxes: Boxes) -> NDArray[np.float32]:
    """N x N intersection over union of xyxy boxes; 0 where both are empty."""
    near = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    far = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.prod(np.maximum(far - near, 0), axis=2)
    areas = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
    union = areas[:, None] + areas[None, :] - shared
    shares: NDArray[np.float32] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return shares


def keep_best(
    boxes: Boxes, scores: Scores, classes: Classes, max_overlap: float, most: int, candidates: int = 1000
) -> NDArray[np.intp]:
    """Indices of the boxes that stay, best first, at most `most`. Equal scores keep their order.

    Only the `candidates` best are looked at, so that a noisy frame costs a bounded time and memory (N x N).
    """
    order = np.argsort(-scores, kind="stable")[:candidates]
    rivals = (overlaps(boxes[order]) > max_overlap) & (classes[order][:, None] == classes[order][None, :])
    stays = np.ones(len(order), np.bool_)
    for index in range(len(order)):
        if stays[index]:
            stays[index + 1 :] &= ~rivals[index, index + 1 :]
    return order[stays][:most]
