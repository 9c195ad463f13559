"""What the regions of one picture show together: each thing once, whole, in shares of the picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from edge.core.vision import Box
from edge.workers.vision.detect.family import family
from edge.workers.vision.detect.found import Found, overlap, share_of_smaller
from edge.workers.vision.detect.regions import Region
from models.base import Detections

EDGE_PX = 3
"""A box that ends so near to a crop's edge is taken to go on behind it."""
SAME = 0.6
"""Overlap above which two boxes of a family of labels are one thing: in two regions, or a van as car and as truck."""
INSIDE = 0.6
"""Share of a cut box inside a whole one of its family above which it is a part of that thing."""
TOUCH = 0.25
"""The same between two cut ones, which show two ends of one thing."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A thing as one region shows it; ``cut`` when it goes on behind the region's edge, but not the picture's."""

    found: Found
    cut: bool


def joined(
    seen: Sequence[tuple[Region, Detections]], labels: Sequence[str], width_px: int, height_px: int
) -> list[Found]:
    """Each thing once, best score first; what a crop cut through is whole again where another region shows the rest."""
    things = [thing for region, detections in seen for thing in _in(region, detections, labels, width_px, height_px)]
    things = _once(sorted(things, key=lambda thing: (thing.cut, -thing.found.score)))
    return sorted((thing.found for thing in things), key=lambda found: -found.score)


def _in(
    region: Region, detections: Detections, labels: Sequence[str], width_px: int, height_px: int
) -> Iterable[_Seen]:
    size_px = (width_px, height_px, width_px, height_px)
    for box, score, kind in zip(
        detections.boxes.tolist(), detections.scores.tolist(), detections.classes.tolist(), strict=True
    ):
        left, top, right, bottom = box
        sides = (region.left + left, region.top + top, region.left + right, region.top + bottom)
        place = Box(*(min(max(side / of, 0.0), 1.0) for side, of in zip(sides, size_px, strict=True)))
        yield _Seen(Found(labels[kind], score, place), _cut(sides, region, width_px, height_px))


def _cut(sides: tuple[float, float, float, float], region: Region, width_px: int, height_px: int) -> bool:
    left, top, right, bottom = sides
    return (
        (region.left > 0 and left - region.left < EDGE_PX)
        or (region.top > 0 and top - region.top < EDGE_PX)
        or (region.right < width_px and region.right - right < EDGE_PX)
        or (region.bottom < height_px and region.bottom - bottom < EDGE_PX)
    )


def _once(things: Sequence[_Seen]) -> list[_Seen]:
    """Whole things come first: a cut one is dropped for the whole, and two cut ones become one box around both."""
    kept: list[_Seen] = []
    for thing in things:
        same = next((index for index, other in enumerate(kept) if _same(thing, other)), None)
        if same is None:
            kept.append(thing)
        elif thing.cut and kept[same].cut:
            kept[same] = replace(kept[same], found=_both(kept[same].found, thing.found))
    return kept


def _same(one: _Seen, other: _Seen) -> bool:
    if family(one.found.label) != family(other.found.label):
        return False
    boxes = one.found.box, other.found.box
    least = TOUCH if other.cut else INSIDE
    return overlap(*boxes) >= SAME or (one.cut and share_of_smaller(*boxes) >= least)


def _both(one: Found, other: Found) -> Found:
    a, b = one.box, other.box
    hull = Box(min(a.left, b.left), min(a.top, b.top), max(a.right, b.right), max(a.bottom, b.bottom))
    return replace(one, score=max(one.score, other.score), box=hull)
