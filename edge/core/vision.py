"""What a camera reports: tracks, not pictures (law 8)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from edge.core.moment import AtMs, Steady
from edge.core.place import CameraId, ZoneId

TrackId = NewType("TrackId", int)


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


@dataclass(frozen=True, slots=True)
class TrackSeen:
    """One tracked object in one frame.

    ``zones`` are those that hold the middle of its lower edge, where a person stands.
    ``age_s`` is how long the track has lived, ``hits`` how many detections support it.
    """

    track: TrackId
    label: str
    score: float
    box: Box
    zones: tuple[ZoneId, ...]
    age_s: float
    hits: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """Everything tracked in one frame of one camera; ``steady`` is when the frame's packet arrived."""

    camera: CameraId
    at_ms: AtMs
    steady: Steady
    tracks: tuple[TrackSeen, ...]
