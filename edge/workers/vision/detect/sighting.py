"""Where things stand, and tracks on the wire."""

from collections.abc import Sequence

from edge.core.place import Point, inside
from edge.core.vision import Box, feet
from edge.kernel.wire.vision import Outline, WireTrack
from edge.workers.vision.detect.tracker import Track


class Areas:
    """Polygons of one camera's picture: what its rules look at, or what is masked."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        self._polygons = tuple(tuple(Point(x, y) for x, y in outline) for outline in outlines)

    def hold(self, box: Box) -> bool:
        """Whether one of them holds the place where the thing in the box stands."""
        stands = feet(box)
        return any(inside(stands, polygon) for polygon in self._polygons)


def on_wire(track: Track) -> WireTrack:
    """A track as the supervisor sees it; it ages only while it is seen."""
    box = track.box
    return WireTrack(
        track=track.id,
        label=track.label,
        score=track.score,
        box=(box.left, box.top, box.right, box.bottom),
        age_s=track.seen - track.began,
        hits=track.hits,
        seen=not track.misses,
    )
