"""Where the network looks, by tables; then what several regions saw together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.core.vision import Box
from edge.workers.vision.detect.joining import joined
from edge.workers.vision.detect.mailbox import Shares
from edge.workers.vision.detect.regions import CONTEXT, Region, plan, whole
from models.base import Detections

WIDTH, HEIGHT, INPUT = 640, 360, 320
WHOLE = whole(WIDTH, HEIGHT)


def at(left_px: float, top_px: float, width_px: float, height_px: float) -> Shares:
    return (left_px / WIDTH, top_px / HEIGHT, (left_px + width_px) / WIDTH, (top_px + height_px) / HEIGHT)


CASES = {
    "nothing moved: everything": ([], 3, [WHOLE]),
    "one small thing: a crop around it": ([at(300, 200, 20, 40)], 3, [Region(150, 40, 470, 360)]),
    "in a corner: the crop stays inside": ([at(0, 0, 20, 40)], 3, [Region(0, 0, 320, 320)]),
    "two that fit together": ([at(200, 100, 20, 40), at(300, 200, 20, 40)], 3, [Region(100, 10, 420, 330)]),
    "two far apart": (
        [at(20, 100, 20, 40), at(600, 100, 20, 40)],
        3,
        [Region(0, 0, 320, 320), Region(320, 0, 640, 320)],
    ),
    "two far apart, but only one region": ([at(20, 100, 20, 40), at(600, 100, 20, 40)], 1, [WHOLE]),
    "two not so far, only one region": ([at(20, 90, 20, 40), at(310, 90, 20, 40)], 1, [Region(12, 0, 338, 326)]),
    "three near each other, two regions: side by side": (
        [at(40, 20, 20, 40), at(200, 300, 20, 40), at(560, 60, 20, 40)],
        2,
        [Region(0, 12, 336, 348), Region(320, 0, 640, 320)],
    ),
    "a large thing: everything": ([at(100, 20, 400, 320)], 3, [WHOLE]),
    "half outside the picture": ([(0.95, 0.5, 1.1, 0.6)], 3, [Region(320, 38, 640, 358)]),
    "gone out of the picture": ([(1.1, 0.5, 1.2, 0.6)], 3, [WHOLE]),
}  # fmt: skip


@pytest.mark.parametrize(("boxes", "most", "expected"), CASES.values(), ids=CASES.keys())
def test_regions_hold_what_moves(boxes: list[Shares], most: int, expected: list[Region]) -> None:
    assert sorted(plan(boxes, WIDTH, HEIGHT, INPUT, most), key=lambda one: one.left) == expected


def test_small_picture_is_looked_at_as_a_whole() -> None:
    assert plan([(0.4, 0.4, 0.5, 0.5)], 352, 288, INPUT, 3) == (whole(352, 288),)


share = st.floats(0, 1)
boxes = st.lists(st.tuples(share, share, share, share).map(lambda s: (*sorted(s[::2]), *sorted(s[1::2]))), max_size=12)


@settings(deadline=None)  # the machine may be busy
@given(boxes.map(lambda many: [(left, top, right, bottom) for left, right, top, bottom in many]), st.integers(1, 4))
def test_every_box_lies_in_a_region_with_room_around_it(many: list[Shares], most: int) -> None:
    regions = plan(many, 1280, 720, INPUT, most)
    assert 1 <= len(regions) <= most
    for region in regions:
        assert 0 <= region.left < region.right <= 1280
        assert 0 <= region.top < region.bottom <= 720
        assert region.longer_px >= INPUT
    for left, top, right, bottom in many:
        sides = (round(left * 1280), round(top * 720), round(right * 1280), round(bottom * 720))
        assert (
            sides[0] == sides[2]
            or sides[1] == sides[3]
            or any(
                one.left <= sides[0] and one.top <= sides[1] and one.right >= sides[2] and one.bottom >= sides[3]
                for one in regions
            )
        )


def seen(*boxes_px: tuple[float, float, float, float], score: float = 0.8, kind: int = 0) -> Detections:
    many = np.array(boxes_px, np.float32).reshape(-1, 4)
    return Detections(many, np.full(len(many), score, np.float32), np.full(len(many), kind, np.int32))


def boxes_px(*parts: tuple[Region, Detections]) -> list[tuple[int, ...]]:
    found = joined(parts, ("person", "motorcycle"), WIDTH, HEIGHT)
    return sorted(_px(one.box) for one in found)


def _px(box: Box) -> tuple[int, ...]:
    return (round(box.left * WIDTH), round(box.top * HEIGHT), round(box.right * WIDTH), round(box.bottom * HEIGHT))


LEFT, RIGHT = Region(0, 0, 320, 320), Region(280, 40, 600, 360)


def test_boxes_of_a_crop_come_back_to_the_picture() -> None:
    assert boxes_px((RIGHT, seen((100, 50, 130, 120)))) == [(380, 90, 410, 160)]


def test_thing_in_two_regions_is_found_once() -> None:
    assert boxes_px((LEFT, seen((285, 100, 310, 160))), (RIGHT, seen((6, 61, 31, 121)))) == [(285, 100, 310, 160)]


def test_part_of_a_thing_gives_way_to_the_whole() -> None:
    assert boxes_px((LEFT, seen((270, 100, 320, 200), score=0.9)), (WHOLE, seen((268, 100, 350, 202), score=0.5))) == [
        (268, 100, 350, 202)
    ]


def test_two_ends_of_one_thing_become_one() -> None:
    assert boxes_px((LEFT, seen((250, 100, 320, 200))), (RIGHT, seen((0, 60, 60, 160)))) == [(250, 100, 340, 200)]


def test_a_rider_is_not_a_part_of_the_motorbike() -> None:
    assert len(boxes_px((LEFT, seen((100, 100, 140, 180))), (LEFT, seen((100, 120, 140, 200), kind=1)))) == 2


def test_two_people_side_by_side_stay_two() -> None:
    assert len(boxes_px((LEFT, seen((100, 100, 130, 180), (125, 100, 155, 180))))) == 2


def test_context_is_left_around_a_thing_that_is_larger_than_the_input() -> None:
    (region,) = plan([(0.4, 0.3, 0.6, 0.6)], 1920, 1080, INPUT, 1)
    assert region.longer_px == pytest.approx(384 * (1 + 2 * CONTEXT), abs=1)
