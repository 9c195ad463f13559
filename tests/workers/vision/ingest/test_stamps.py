"""Times for packets that came without."""

from dataclasses import dataclass

import pytest

from edge.workers.vision.ingest.stamps import stamps


@dataclass
class Times:
    """A packet, as far as this goes."""

    pts: int | None
    dts: int | None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([(10, 10), (20, 20)], [(10, 10), (20, 20)]),
        ([(None, None), (20, 20), (30, 30)], [(10, 10), (20, 20), (30, 30)]),
        ([(None, None)], [(0, 0)]),
        ([(10, 10), (None, None), (30, 30)], [(10, 10), (20, 20), (30, 30)]),
        # I B-frame group as FFmpeg gives it at first: I P B B P
        (
            [(None, None), (50, None), (30, None), (40, 30), (60, 40)],
            [(20, 10), (50, 20), (30, 30), (40, 40), (60, 50)],
        ),
    ],
)
def test_missing_times_come_from_the_neighbours(
    given: list[tuple[int | None, int | None]], expected: list[tuple[int, int]]
) -> None:
    made = stamps([Times(*one) for one in given], shift=0, lasts=10)
    assert [(stamp.pts, stamp.dts) for stamp in made] == expected
    assert all(stamp.dts <= stamp.pts for stamp in made)


def test_everything_moves_by_the_shift() -> None:
    (stamp,) = stamps([Times(10, 10)], shift=90, lasts=10)
    assert (stamp.pts, stamp.dts, stamp.lasts) == (100, 100, 10)
