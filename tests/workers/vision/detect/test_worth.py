"""Which picture of an incident is kept: where a rule looks, whole, large and sharp."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge.core.vision import Box
from edge.workers.vision.detect.worth import worth

SHARP = np.random.default_rng(1).integers(0, 255, (360, 640, 3), np.uint8)
BLURRED = np.asarray(cv2.GaussianBlur(SHARP, (0, 0), 6), np.uint8)
MIDDLE, SMALL, CUT = Box(0.4, 0.4, 0.5, 0.8), Box(0.4, 0.4, 0.45, 0.6), Box(0.0, 0.4, 0.1, 0.8)


def of(bgr: NDArray[np.uint8] = SHARP, box: Box = MIDDLE, score: float = 0.8, *, watched: bool = True) -> float:
    return worth(bgr, box, score, watched=watched)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (lambda: of(BLURRED, CUT, 0.4), lambda: of(watched=False)),
        (lambda: of(BLURRED, SMALL, 0.4), lambda: of(box=CUT)),
        (lambda: of(), lambda: of(BLURRED)),
        (lambda: of(), lambda: of(box=SMALL)),
        (lambda: of(score=0.9), lambda: of(score=0.5)),
    ],
    ids=["where a rule looks", "whole", "sharp", "large", "sure"],
)
def test_the_better_picture_is_worth_more(better: Callable[[], float], worse: Callable[[], float]) -> None:
    assert better() > worse()


def test_box_without_area_is_no_error() -> None:
    assert of(box=Box(0.5, 0.5, 0.5, 0.5)) < of()
