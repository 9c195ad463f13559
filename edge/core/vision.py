"""What a camera reports: tracks, not pictures (law 8)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from edge.core.moment import AtMs, Steady
from edge.core.place import CameraId, Point

TrackId = NewType("TrackId", int)

LONGEST_GOP_S = 4.0
"""Above this interval of key frames everything is decoded: waiting for the next one would miss too much."""
FULL_SEEN_S = 1.0
"""Whoever is visible for longer is seen while everything is decoded: some pictures in a row must show him."""


class CameraState(StrEnum):
    """Health of one camera as its shard sees it."""

    CONNECTING = "connecting"
    ONLINE = "online"
    REFUSED = "refused"
    STALLED = "stalled"
    GARBLED = "garbled"
    OFFLINE = "offline"


class DecodeMode(StrEnum):
    """How much of a camera's stream is decoded now."""

    PACKETS = "packets"
    KEYS = "keys"
    FULL = "full"


class SceneTrouble(StrEnum):
    """What is wrong with the picture itself, though packets come."""

    FROZEN = "frozen"
    COVERED = "covered"
    MOVED = "moved"
    BLURRED = "blurred"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a picture, as shares of its width and height (0 to 1), origin top left."""

    left: float
    top: float
    right: float
    bottom: float


JUST_INSIDE = 0.999
"""Feet cut off by the picture's edge stand on that edge; a zone drawn down to it must hold them."""


def feet(box: Box) -> Point:
    """Where the thing in the box stands: the middle of its lower edge, at most just inside the picture."""
    return Point(min((box.left + box.right) / 2, JUST_INSIDE), min(box.bottom, JUST_INSIDE))


def overlap(one: Box, other: Box) -> float:
    """The part of both boxes' area that they share (intersection over union), 0 to 1."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(one) + _area(other) - shared)


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


VEHICLES = frozenset({"car", "motorcycle", "bus", "truck"})
"""What a street is closed to, in the words of COCO."""


@dataclass(frozen=True, slots=True)
class TrackSeen:
    """One tracked object in one frame.

    ``age_s`` is how long the track has lived, ``hits`` how many detections support it, ``seen`` whether this frame
    shows it; otherwise the tracker only guesses where it is.
    """

    track: TrackId
    label: str
    score: float
    box: Box
    age_s: float
    hits: int
    seen: bool = True


@dataclass(frozen=True, slots=True)
class Sighting:
    """Everything tracked in one frame of one camera; ``steady`` is when the frame's packet arrived."""

    camera: CameraId
    at_ms: AtMs
    steady: Steady
    tracks: tuple[TrackSeen, ...]
