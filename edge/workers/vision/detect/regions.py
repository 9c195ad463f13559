"""Which parts of a picture the network looks at, so that small people are seen at the camera's own resolution.

A 640x360 picture shrinks by two into a network of 320 pixels; a crop of 320x320 pixels does not, and shows a person
twice as far away. docs/design/regions.md has what that is worth on real footage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from edge.workers.vision.detect.mailbox import Shares

CONTEXT = 0.2
"""Of a box's longer side, around it: motion shows a part of a thing, and networks want to see where it stands."""
COARSER = 1.25
"""Boxes share a crop where that costs no more of the scale than this; else each gets its own."""
NEAR_WHOLE = 1.2
"""A crop this near to the whole picture gains nothing."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of a picture, in whole pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def longer_px(self) -> int:
        """Its longer side: what the network shrinks to its own input."""
        return max(self.right - self.left, self.bottom - self.top)


def whole(width_px: int, height_px: int) -> Region:
    """All of a picture of this size."""
    return Region(0, 0, width_px, height_px)


def plan(boxes: Sequence[Shares], width_px: int, height_px: int, input_px: int, most: int) -> tuple[Region, ...]:
    """At most ``most`` regions that hold all boxes: squares of the network's input or larger, or the whole picture.

    The whole picture where there is no box and where crops would be nearly as large. Where much moves in many places,
    squares of the picture's height side by side; and if those are too many, boxes share coarser crops.
    """
    picture = whole(width_px, height_px)
    placed = (_in_pixels(box, width_px, height_px) for box in boxes)
    inside = [_with_context(box, picture) for box in placed if box.right > box.left and box.bottom > box.top]
    if not inside or picture.longer_px <= NEAR_WHOLE * input_px:
        return (picture,)
    held = _grouped(inside, input_px)
    if len(held) > most or any(one.longer_px > picture.bottom for one in held):
        held = _columns(inside, picture.bottom)
    crops = tuple(_crop(one, picture, input_px) for one in _few(held, most))
    too_large = any(crop.longer_px * NEAR_WHOLE >= picture.longer_px for crop in crops)
    return (picture,) if too_large else crops


def _in_pixels(box: Shares, width_px: int, height_px: int) -> Region:
    """A followed thing may be expected outside: what lies there is cut off."""
    left, top, right, bottom = (min(max(side, 0.0), 1.0) for side in box)
    return Region(round(left * width_px), round(top * height_px), round(right * width_px), round(bottom * height_px))


def _with_context(box: Region, picture: Region) -> Region:
    around = round(CONTEXT * box.longer_px)
    left, top = max(box.left - around, 0), max(box.top - around, 0)
    return Region(left, top, min(box.right + around, picture.right), min(box.bottom + around, picture.bottom))


def _grouped(boxes: Sequence[Region], input_px: int) -> list[Region]:
    """Boxes that fit into one crop without making it much coarser, as what holds them."""
    groups: list[Region] = []
    for box in sorted(boxes, key=lambda box: box.longer_px, reverse=True):
        for index, group in enumerate(groups):
            if _hull(box, group).longer_px <= COARSER * max(input_px, group.longer_px):
                groups[index] = _hull(box, group)
                break
        else:
            groups.append(box)
    return groups


def _columns(boxes: Sequence[Region], side_px: int) -> list[Region]:
    """What squares of this side hold that stand beside each other: none cuts through a box that fits into one."""
    columns: list[Region] = []
    for box in sorted(boxes, key=lambda box: box.left):
        if columns and box.right - columns[-1].left <= side_px:
            columns[-1] = _hull(columns[-1], box)
        else:
            columns.append(box)
    return columns


def _few(groups: list[Region], most: int) -> list[Region]:
    """At most ``most`` groups: those go together that need the smallest crop for it."""
    while len(groups) > most:
        one, other = min(combinations(groups, 2), key=lambda pair: _hull(*pair).longer_px)
        groups = [group for group in groups if group is not one and group is not other] + [_hull(one, other)]
    return groups


def _crop(held: Region, picture: Region, input_px: int) -> Region:
    """A square around ``held`` that is at least the network's input, moved and cut to lie in the picture."""
    side = max(input_px, held.longer_px)
    width, height = min(side, picture.right), min(side, picture.bottom)
    left = min(max((held.left + held.right - width) // 2, 0), picture.right - width)
    top = min(max((held.top + held.bottom - height) // 2, 0), picture.bottom - height)
    return Region(left, top, left + width, top + height)


def _hull(one: Region, other: Region) -> Region:
    left, top = min(one.left, other.left), min(one.top, other.top)
    return Region(left, top, max(one.right, other.right), max(one.bottom, other.bottom))
