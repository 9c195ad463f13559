"""From a detector's arrays to tracks in zones on the wire."""

from collections.abc import Sequence

from edge.core.place import Point, inside
from edge.core.vision import Box
from edge.kernel.wire.vision import WireTrack, ZoneSetup
from edge.workers.vision.tracker import Found, Track
from models.base import Detections

JUST_INSIDE = 0.999
"""Feet cut off by the picture's edge stand on that edge; a zone drawn down to it must hold them."""


class Zones:
    """The zones of one camera."""

    def __init__(self, zones: Sequence[ZoneSetup]) -> None:
        self._polygons = tuple((zone.id, tuple(Point(x, y) for x, y in zone.polygon)) for zone in zones)

    def holding(self, box: Box) -> tuple[str, ...]:
        """The zones that hold the middle of the box's lower edge."""
        feet = Point(min((box.left + box.right) / 2, JUST_INSIDE), min(box.bottom, JUST_INSIDE))
        return tuple(zone for zone, polygon in self._polygons if inside(feet, polygon))


def found_in(detections: Detections, labels: Sequence[str], width_px: int, height_px: int) -> list[Found]:
    """Detections in pixels as things found, in shares of the picture, cut at its edges."""
    boxes = detections.boxes / (width_px, height_px, width_px, height_px)
    return [
        Found(labels[kind], float(score), Box(*(min(max(float(side), 0.0), 1.0) for side in box)))
        for box, score, kind in zip(boxes, detections.scores, detections.classes, strict=True)
    ]


def on_wire(track: Track, zones: Zones) -> WireTrack:
    """A track as the supervisor sees it; it ages only while it is seen."""
    box = track.box
    return WireTrack(
        track=track.id,
        label=track.label,
        score=track.score,
        box=(box.left, box.top, box.right, box.bottom),
        zones=zones.holding(box),
        age_s=track.seen - track.began,
        hits=track.hits,
    )
