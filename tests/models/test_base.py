from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.base import Detections, Frame


@pytest.mark.parametrize(
    "picture",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)],
    ids=["grey", "four channels", "float", "empty"],
)
def test_a_frame_is_height_by_width_by_three_bytes(picture: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="frame must be"):
        Frame(picture)


def test_a_frame_knows_its_size() -> None:
    frame = Frame(np.zeros((4, 6, 3), np.uint8))
    assert (frame.height_px, frame.width_px) == (4, 6)


def _columns(**changed: object) -> dict[str, NDArray[np.generic]]:
    good = {"boxes": np.zeros((2, 4), np.float32), "scores": np.zeros(2, np.float32), "classes": np.zeros(2, np.int32)}
    return {**good, **changed}  # type: ignore[dict-item] # wrong on purpose


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("boxes", np.zeros((2, 4))),
        ("boxes", np.zeros((3, 4), np.float32)),
        ("boxes", np.zeros((2, 5), np.float32)),
        ("boxes", np.full((2, 4), np.nan, np.float32)),
        ("scores", np.zeros(2)),
        ("scores", np.full(2, 1.5, np.float32)),
        ("scores", np.full(2, np.nan, np.float32)),
        ("classes", np.zeros(2, np.int64)),
        ("classes", np.zeros(1, np.int32)),
    ],
)
def test_wrong_columns_are_refused_by_name(name: str, value: NDArray[np.generic]) -> None:
    with pytest.raises(ValueError, match=name):
        Detections(**_columns(**{name: value}))  # type: ignore[arg-type] # wrong on purpose


def test_nothing_seen_has_length_zero() -> None:
    assert len(Detections.none()) == 0
