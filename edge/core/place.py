"""Names of things in a commune, as types that cannot be mixed up, and plane geometry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType

CameraId = NewType("CameraId", str)
HamletId = NewType("HamletId", str)
HornId = NewType("HornId", str)
ZoneId = NewType("ZoneId", str)
StationId = NewType("StationId", str)

EVERYWHERE = HamletId("all")
"""The zone that every horn belongs to."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a picture; both coordinates run from 0 to 1, origin top left."""

    x: float
    y: float


def inside(point: Point, polygon: Sequence[Point]) -> bool:
    """Whether the point lies in the polygon (even-odd rule; a point on the edge may fall on either side)."""
    result = False
    previous = polygon[-1]
    for corner in polygon:
        if (corner.y > point.y) != (previous.y > point.y):
            crossing = (previous.x - corner.x) * (point.y - corner.y) / (previous.y - corner.y) + corner.x
            if point.x < crossing:
                result = not result
        previous = corner
    return result
