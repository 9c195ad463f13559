"""Which shard watches which camera."""

import pytest

from edge.config.schema import Camera
from edge.vision.shards import shard_numbers


def cameras(*behind: str | None) -> list[Camera]:
    """One for each recorder named; None stands alone."""
    return [
        Camera(id=f"c{index}", name="Camera", hamlet="thon-1", recorder=recorder)
        for index, recorder in enumerate(behind)
    ]


@pytest.mark.parametrize(
    ("behind", "shards", "expected"),
    [
        ((None, None, None, None), 2, [0, 1, 0, 1]),
        (("a", None, "a", None, "a", None), 2, [0, 1, 0, 1, 0, 1]),
        (("a", "b", "a", "b", None), 2, [0, 1, 0, 1, 0]),
        (("a", "a", "a"), 4, [0, 0, 0]),
        ((), 2, []),
    ],
)
def test_cameras_of_one_recorder_share_a_shard_and_the_emptiest_takes_the_next(
    behind: tuple[str | None, ...], shards: int, expected: list[int]
) -> None:
    numbers = shard_numbers(cameras(*behind), shards)
    assert list(dict(sorted(numbers.items())).values()) == expected
