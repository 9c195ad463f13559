import pytest
from hypothesis import given
from hypothesis import strategies as some

from edge.core.place import Direction, Point, Segment, beside, crossing, inside
from edge.core.vision import Box, feet, overlap

SQUARE = (Point(0.2, 0.2), Point(0.8, 0.2), Point(0.8, 0.8), Point(0.2, 0.8))
UP = Segment(Point(0.5, 0.9), Point(0.5, 0.1))
"""A line that is drawn upwards: its left is the picture's left."""
SHARE = some.floats(0, 1)
POINT = some.builds(Point, SHARE, SHARE)


def test_a_point_is_inside_its_polygon_only() -> None:
    assert inside(Point(0.5, 0.5), SQUARE)
    assert not inside(Point(0.9, 0.5), SQUARE)
    assert not inside(Point(0.5, 0.1), SQUARE)


@given(POINT)
def test_two_halves_of_a_polygon_share_no_point_and_leave_none_out(point: Point) -> None:
    left = (Point(0.2, 0.2), Point(0.5, 0.2), Point(0.5, 0.8), Point(0.2, 0.8))
    right = (Point(0.5, 0.2), Point(0.8, 0.2), Point(0.8, 0.8), Point(0.5, 0.8))
    assert inside(point, SQUARE) == (inside(point, left) != inside(point, right))


@pytest.mark.parametrize(
    ("start", "end", "direction"),
    [
        (Point(0.3, 0.5), Point(0.7, 0.5), Direction.LEFT_TO_RIGHT),
        (Point(0.7, 0.5), Point(0.3, 0.5), Direction.RIGHT_TO_LEFT),
        (Point(0.3, 0.5), Point(0.4, 0.5), None),
        (Point(0.3, 0.5), Point(0.5, 0.5), None),
        (Point(0.5, 0.5), Point(0.3, 0.5), None),
        (Point(0.3, 0.02), Point(0.7, 0.02), None),
        (Point(0.3, 0.1), Point(0.7, 0.1), Direction.LEFT_TO_RIGHT),
        (Point(0.3, 0.5), Point(0.3, 0.5), None),
    ],
)
def test_a_way_crosses_a_line_from_the_left_or_from_the_right(
    start: Point, end: Point, direction: Direction | None
) -> None:
    assert crossing(Segment(start, end), UP) is direction


@given(POINT, POINT, POINT, POINT)
def test_the_way_back_crosses_in_the_other_direction(a: Point, b: Point, c: Point, d: Point) -> None:
    there, back = crossing(Segment(a, b), Segment(c, d)), crossing(Segment(b, a), Segment(c, d))
    assert (there is None) == (back is None)
    assert there is None or there is not back


def test_right_of_a_line_is_right_of_who_looks_along_it() -> None:
    assert beside(Point(0.8, 0.5), UP) == pytest.approx(0.3)
    assert beside(Point(0.1, 0.5), UP) == pytest.approx(-0.4)
    assert beside(Point(0.1, 0.1), Segment(Point(0.5, 0.5), Point(0.5, 0.5))) == 0


def test_feet_cut_off_by_the_picture_stand_on_its_edge() -> None:
    stands = feet(Box(0.9, 0.5, 1.1, 1.0))
    assert inside(stands, (Point(0, 0.5), Point(1, 0.5), Point(1, 1), Point(0, 1)))


def test_boxes_overlap_by_the_area_that_they_share() -> None:
    assert overlap(Box(0, 0, 0.2, 0.2), Box(0.1, 0, 0.3, 0.2)) == pytest.approx(1 / 3)
    assert overlap(Box(0, 0, 0.2, 0.2), Box(0.2, 0, 0.3, 0.2)) == 0
    assert overlap(Box(0, 0, 0.2, 0.2), Box(0, 0, 0.2, 0.2)) == pytest.approx(1)
