"""The ruler of the geometry comparison."""

import random

import pytest

from hil.prove.geometry import HEIGHT, WIDTH, _beside_line, _bottom_centre, _box, _from_edges, _near, _pixel, compare

SQUARE = [(10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0)]


@pytest.mark.parametrize(
    ("point", "pixels"),
    [((15.0, 15.0), 5.0), ((15.0, 10.0), 0.0), ((15.0, 8.0), 2.0), ((7.0, 6.0), 5.0), ((20.0, 20.0), 0.0)],
)
def test_the_distance_to_the_nearest_edge_is_measured_inside_and_outside(
    point: tuple[float, float], pixels: float
) -> None:
    assert _from_edges(point, SQUARE) == pytest.approx(pixels)


def test_across_and_along_a_line() -> None:
    assert _beside_line((3.0, 4.0), (0.0, 0.0), (10.0, 0.0)) == pytest.approx((4.0, 3.0, 7.0))


def test_a_box_stands_where_it_was_drawn() -> None:
    draw = random.Random(1)
    for _ in range(200):
        stands = _pixel(draw)
        assert _bottom_centre(_box(draw, stands)) == stands
        x, y = _near(draw, SQUARE)
        assert 0 <= x < WIDTH
        assert 0 <= y < HEIGHT
        assert _from_edges((x, y), SQUARE) < 8


def test_the_library_and_we_agree_on_a_few_cases_of_each() -> None:
    found = compare(50)
    assert found["cases"] == 100
    assert found["disagreements"] == 0
