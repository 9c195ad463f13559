"""Our geometry of zones and lines against an independent library: `supervision` (PyPI, MIT licence).

The library comes with the tracker's (`trackers` needs it), so it is in the locked environment.

What is compared, on random cases of a 640x360 picture with a fixed seed:

**Zones.** `PolygonZone` paints the polygon into a mask of whole pixels, edges included, and asks for the pixel of the
box's bottom centre. Ours asks whether that very point lies inside (even-odd rule, exact). Within one pixel of an edge
the mask cannot tell: such cases are drawn again, counted as ``on_edge``, and how often both differ there is told as
``on_edge_differ``. None of the cases that count lies there.

**Lines.** `LineZone` (its bottom centre alone, threshold 1) remembers on which side of the line somebody stood, but
only while he stands between the perpendiculars through the line's two ends; whoever stands beside them is forgotten, so
that a slanting way is judged by its last part alone. Ours asks whether the way itself crosses the line. Where both ends
of the way lie between the perpendiculars the two mean the same, and these are the cases that count, with direction:
`in` is our right to left. The others are counted as ``beyond_ends``, and ``beyond_ends_differ`` of them are judged
differently, which is what we want: ours notices a slanting way across the line. Who stands within a thousandth of a
pixel of the line or of a perpendicular is drawn again (``on_edge``): there rounding decides.
"""

import random
from collections import Counter
from typing import Any

from edge.core.place import Direction, Point, Segment, crossing, inside
from edge.core.vision import Box, feet

WIDTH, HEIGHT = 640, 360
SEED = 20_261_122
CASES = 10_000
PIXEL = 1.0
HAIR = 0.001
Pixels = tuple[float, float]


def compare(cases: int = CASES) -> dict[str, Any]:
    """So many cases of zones and of lines."""
    import supervision

    draw = random.Random(SEED)
    zones, lines = _zones(draw, cases), _lines(draw, cases)
    return {
        "cases": zones["cases"] + lines["cases"],
        "disagreements": zones["disagreements"] + lines["disagreements"],
        "library": f"supervision {supervision.__version__}",
        "seed": SEED,
        "zones": dict(zones),
        "lines": dict(lines),
    }


def _zones(draw: random.Random, cases: int) -> Counter[str]:
    import numpy as np
    import supervision as sv

    seen: Counter[str] = Counter(cases=0, disagreements=0, inside=0, on_edge=0, on_edge_differ=0)
    while seen["cases"] < cases:
        polygon = [_pixel(draw) for _ in range(draw.randint(3, 9))]
        zone = sv.PolygonZone(polygon=np.array(polygon, dtype=np.int64))
        ours = tuple(_share(corner) for corner in polygon)
        for _ in range(10):
            box = _box(draw, _near(draw, polygon) if draw.random() < 0.5 else _pixel(draw))
            theirs = bool(zone.trigger(sv.Detections(xyxy=np.array([box], dtype=np.float64)))[0])
            differ = theirs != inside(feet(_box_share(box)), ours)
            if _from_edges(_bottom_centre(box), polygon) <= PIXEL:
                seen.update(on_edge=1, on_edge_differ=differ)
            elif seen["cases"] < cases:
                seen.update(cases=1, disagreements=differ, inside=theirs)
    return seen


def _lines(draw: random.Random, cases: int) -> Counter[str]:
    seen: Counter[str] = Counter(cases=0, disagreements=0, crossed=0, on_edge=0, beyond_ends=0, beyond_ends_differ=0)
    while seen["cases"] < cases:
        start, end = _pixel(draw), _pixel(draw)
        if _length(start, end) < 20:
            continue
        boxes = [_box(draw, _pixel(draw)) for _ in range(2)]
        theirs = _their_crossing(start, end, boxes)
        way = Segment(*(feet(_box_share(box)) for box in boxes))
        ours = crossing(way, Segment(_share(start), _share(end)))
        where = [_beside_line(_bottom_centre(box), start, end) for box in boxes]
        if any(min(abs(across), abs(along), abs(rest)) < HAIR for across, along, rest in where):
            seen.update(on_edge=1)
        elif any(along < 0 or rest < 0 for _, along, rest in where):
            seen.update(beyond_ends=1, beyond_ends_differ=ours is not theirs)
        else:
            seen.update(cases=1, disagreements=ours is not theirs, crossed=theirs is not None)
    return seen


def _their_crossing(start: Pixels, end: Pixels, boxes: list[tuple[float, ...]]) -> Direction | None:
    import numpy as np
    import supervision as sv

    line = sv.LineZone(sv.Point(*start), sv.Point(*end), triggering_anchors=(sv.Position.BOTTOM_CENTER,))
    for box in boxes:
        inwards, outwards = line.trigger(
            sv.Detections(xyxy=np.array([box], dtype=np.float64), tracker_id=np.array([1]))
        )
    if inwards[0]:
        return Direction.RIGHT_TO_LEFT
    return Direction.LEFT_TO_RIGHT if outwards[0] else None


def _pixel(draw: random.Random) -> Pixels:
    return draw.randint(0, WIDTH - 1), draw.randint(0, HEIGHT - 1)


def _near(draw: random.Random, polygon: list[Pixels]) -> Pixels:
    """A pixel some steps away from an edge of the polygon: there a wrong formula shows first."""
    index, share = draw.randrange(len(polygon)), draw.random()
    start, end = polygon[index - 1], polygon[index]
    x, y = (round(a + (b - a) * share) + draw.randint(-4, 4) for a, b in zip(start, end, strict=True))
    return min(max(x, 0), WIDTH - 1), min(max(y, 0), HEIGHT - 1)


def _box(draw: random.Random, stands: Pixels) -> tuple[float, ...]:
    half, height = draw.randint(1, 60), draw.randint(2, 200)
    return stands[0] - half, stands[1] - height, stands[0] + half, stands[1]


def _bottom_centre(box: tuple[float, ...]) -> Pixels:
    return (box[0] + box[2]) / 2, box[3]


def _share(pixel: Pixels) -> Point:
    return Point(pixel[0] / WIDTH, pixel[1] / HEIGHT)


def _box_share(box: tuple[float, ...]) -> Box:
    return Box(box[0] / WIDTH, box[1] / HEIGHT, box[2] / WIDTH, box[3] / HEIGHT)


def _length(start: Pixels, end: Pixels) -> float:
    return float(((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5)


def _beside_line(point: Pixels, start: Pixels, end: Pixels) -> tuple[float, float, float]:
    """How far the point lies across the line, and along it from its start and to its end, in pixels."""
    length = _length(start, end)
    unit = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    offset = point[0] - start[0], point[1] - start[1]
    along = offset[0] * unit[0] + offset[1] * unit[1]
    return unit[0] * offset[1] - unit[1] * offset[0], along, length - along


def _from_edges(point: Pixels, polygon: list[Pixels]) -> float:
    """The distance to the nearest edge of the polygon, in pixels."""
    return min(_from_edge(point, a, b) for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True))


def _from_edge(point: Pixels, start: Pixels, end: Pixels) -> float:
    if start == end:
        return _length(point, start)
    across, along, rest = _beside_line(point, start, end)
    if along < 0 or rest < 0:
        return min(_length(point, start), _length(point, end))
    return abs(across)
