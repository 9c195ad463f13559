"""Things followed through the tracker's losses: a figure keeps its identity when its track gets another number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NewType

from edge.core.place import Point
from edge.core.vision import VEHICLES, Box, Sighting, TrackId, TrackSeen, feet, overlap

FigureId = NewType("FigureId", int)
"""The number of its first track."""
HANDOVER_S = 4.0
"""A new track so soon and so near after a lost one is the same thing: one key interval at most lies between."""
NEAR_WIDTHS = 3.0
NEAR_HEIGHTS = 1.0
STILL_S = 120.0
"""What stands on the same spot is the same thing even after so long: a parked car behind a bus."""
STILL_OVERLAP = 0.6
"""Boxes of one thing that does not move share at least this; the detector's own trembling leaves about 0.8."""
MOST_FIGURES = 200


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing: its newest track and when that was last seen; ``earlier_hits`` are those of its lost tracks."""

    id: FigureId
    track: TrackSeen
    seen: float
    earlier_hits: int = 0

    @property
    def hits(self) -> int:
        """How many detections support it."""
        return self.earlier_hits + self.track.hits

    @property
    def stands(self) -> Point:
        """Where it stands."""
        return feet(self.track.box)

    @property
    def height(self) -> float:
        """As a share of the picture."""
        return self.track.box.bottom - self.track.box.top

    @property
    def worth(self) -> float:
        """How good a picture of it is: sure and large."""
        return self.track.score * self.height


Figures = Mapping[TrackId, Figure]
"""By the number of their newest track."""


def follow(figures: Figures, sighting: Sighting) -> tuple[Figures, tuple[Figure, ...]]:
    """All figures after this sighting, and those that it shows."""
    now = float(sighting.steady)
    tracked = {track.track for track in sighting.tracks}
    after = {track: figure for track, figure in figures.items() if now - figure.seen <= STILL_S}
    shown = []
    for track in sorted((track for track in sighting.tracks if track.seen), key=lambda track: track.track):
        figure = _figure(track, after, tracked, now)
        after[track.track] = figure
        shown.append(figure)
    return _newest(after), tuple(shown)


def _figure(track: TrackSeen, figures: dict[TrackId, Figure], tracked: set[TrackId], now: float) -> Figure:
    known = figures.get(track.track)
    if known:
        return replace(known, track=track, seen=now)
    lost = (figure for number, figure in figures.items() if number not in tracked)
    before = min(_same(track, lost, now), key=lambda figure: _apart(figure.track.box, track.box), default=None)
    if before is None:
        return Figure(FigureId(track.track), track, now)
    del figures[before.track.track]
    return Figure(before.id, track, now, before.hits)


def _same(track: TrackSeen, lost: Iterable[Figure], now: float) -> list[Figure]:
    return [
        figure
        for figure in lost
        if _alike(figure.track.label, track.label)
        and (
            (now - figure.seen <= HANDOVER_S and _near(figure.track.box, track.box))
            or overlap(figure.track.box, track.box) >= STILL_OVERLAP
        )
    ]


def _alike(one: str, other: str) -> bool:
    """A detector calls one vehicle a car now and a truck then."""
    return one == other or (one in VEHICLES and other in VEHICLES)


def _near(one: Box, other: Box) -> bool:
    width = max(one.right - one.left, other.right - other.left)
    height = max(one.bottom - one.top, other.bottom - other.top)
    here, there = feet(one), feet(other)
    return abs(here.x - there.x) <= NEAR_WIDTHS * width and abs(here.y - there.y) <= NEAR_HEIGHTS * height


def _apart(one: Box, other: Box) -> float:
    here, there = feet(one), feet(other)
    return abs(here.x - there.x) + abs(here.y - there.y)


def _newest(figures: dict[TrackId, Figure]) -> Figures:
    if len(figures) <= MOST_FIGURES:
        return figures
    kept = sorted(figures, key=lambda track: figures[track].seen)[-MOST_FIGURES:]
    return {track: figures[track] for track in kept}
