"""One detection, and how two boxes lie to each other."""

from dataclasses import dataclass

from edge.core.vision import Box


@dataclass(frozen=True, slots=True)
class Found:
    """One detection of one picture; the box in shares of the picture."""

    label: str
    score: float
    box: Box


def overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1."""
    common = _common(one, other)
    return common / (area(one) + area(other) - common) if common else 0.0


def share_of_smaller(one: Box, other: Box) -> float:
    """What they have in common, as a share of the smaller one."""
    common = _common(one, other)
    return common / min(area(one), area(other)) if common else 0.0


def area(box: Box) -> float:
    """Share of the picture."""
    return (box.right - box.left) * (box.bottom - box.top)


def _common(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return width * height if width > 0 and height > 0 else 0.0
