"""Names of things in a commune, as types that cannot be mixed up, and plane geometry."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import hypot
from typing import NewType

CameraId = NewType("CameraId", str)
HamletId = NewType("HamletId", str)
HornId = NewType("HornId", str)
ZoneId = NewType("ZoneId", str)
StationId = NewType("StationId", str)

TINY = 1e-12
"""Keeps a line without length from dividing by zero."""
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


class Direction(StrEnum):
    """Which way a line is crossed, as seen by one who stands on its first point and looks at its second."""

    BOTH = "both"
    LEFT_TO_RIGHT = "left_to_right"
    RIGHT_TO_LEFT = "right_to_left"


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight way from one point to another."""

    start: Point
    end: Point


def beside(point: Point, line: Segment) -> float:
    """How far the point lies to the right of the line (left: negative, on it: 0), in shares of the picture.

    Right of one who stands on the start and looks at the end; y of a picture grows downwards.
    """
    along_x, along_y = line.end.x - line.start.x, line.end.y - line.start.y
    turn = along_x * (point.y - line.start.y) - along_y * (point.x - line.start.x)
    return turn / max(hypot(along_x, along_y), TINY)


def crossing(way: Segment, line: Segment) -> Direction | None:
    """In which direction the way crosses the line; None when it does not.

    Both ends of the way must lie clearly on different sides: one who only touches the line has not crossed it. A way
    through an end of the line crosses it.
    """
    before, after = beside(way.start, line), beside(way.end, line)
    if before * after >= 0 or beside(line.start, way) * beside(line.end, way) > 0:
        return None
    return Direction.LEFT_TO_RIGHT if before < 0 else Direction.RIGHT_TO_LEFT
