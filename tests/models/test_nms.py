from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.base import Boxes, Classes, Scores
from models.detection.nms import keep_best, overlaps

A = (0, 0, 10, 10)
A_SHIFTED = (1, 0, 11, 10)  # overlap 9 / 11
FAR = (50, 50, 60, 60)
EMPTY = (5, 5, 5, 5)

Case = tuple[list[tuple[int, int, int, int]], list[float], list[int], list[int]]
CASES: dict[str, Case] = {
    "nothing": ([], [], [], []),
    "one": ([A], [0.5], [0], [0]),
    "two far apart, best first": ([A, FAR], [0.5, 0.9], [0, 0], [1, 0]),
    "the weaker of two that overlap goes": ([A, A_SHIFTED], [0.5, 0.9], [0, 0], [1]),
    "other classes do not compete": ([A, A_SHIFTED], [0.5, 0.9], [0, 1], [1, 0]),
    "the same box twice, same score: the first stays": ([A, A], [0.5, 0.5], [3, 3], [0]),
    "what a removed box overlaps may stay": ([A, (4, 0, 14, 10), (8, 0, 18, 10)], [0.9, 0.8, 0.7], [0] * 3, [0, 2]),
    "empty boxes overlap nothing": ([EMPTY, EMPTY], [0.9, 0.8], [0, 0], [0, 1]),
}


def _arrays(boxes: object, scores: object, classes: object) -> tuple[Boxes, Scores, Classes]:
    return np.array(boxes, np.float32).reshape(-1, 4), np.array(scores, np.float32), np.array(classes, np.int32)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_table(case: Case) -> None:
    boxes, scores, classes, expected = case
    assert keep_best(*_arrays(boxes, scores, classes), max_overlap=0.4, most=10).tolist() == expected


def test_no_more_than_asked_for_stay() -> None:
    boxes = [(20 * index, 0, 20 * index + 10, 10) for index in range(9)]
    kept = keep_best(*_arrays(boxes, np.linspace(0.1, 0.9, 9), [0] * 9), max_overlap=0.4, most=3)
    assert kept.tolist() == [8, 7, 6]


def test_overlap_is_shared_area_over_joined_area() -> None:
    assert overlaps(_arrays([A, A_SHIFTED, FAR], [0] * 3, [0] * 3)[0]).tolist() == [
        [1, pytest.approx(9 / 11), 0],
        [pytest.approx(9 / 11), 1, 0],
        [0, 0, 1],
    ]


def _greedy(boxes: Boxes, scores: Scores, classes: Classes, max_overlap: float) -> list[int]:
    """The definition, box by box."""
    shares: NDArray[np.float32] = overlaps(boxes)
    kept: list[int] = []
    for index in sorted(range(len(scores)), key=lambda one: -scores[one]):
        if not any(classes[index] == classes[best] and shares[index, best] > max_overlap for best in kept):
            kept.append(index)
    return kept


corner = st.integers(0, 40)
box = st.tuples(corner, corner, st.integers(0, 30), st.integers(0, 30)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)
found = st.tuples(box, st.sampled_from([0.2, 0.4, 0.6, 0.8, 0.99]), st.integers(0, 2))


@given(st.lists(found, max_size=25), st.sampled_from([0.1, 0.45, 0.7, 1.0]))
def test_equals_the_definition_box_by_box(things: list[tuple[object, float, int]], max_overlap: float) -> None:
    arrays = _arrays([one[0] for one in things], [one[1] for one in things], [one[2] for one in things])
    assert keep_best(*arrays, max_overlap=max_overlap, most=100).tolist() == _greedy(*arrays, max_overlap)
