"""What each rule makes of the figures in one picture: who is in its zone for long enough, who crossed its line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from edge.core.place import Direction, Point, Segment, beside, crossing, inside
from edge.core.policy.rules.figures import STILL_OVERLAP, STILL_S, Figure, FigureId
from edge.core.policy.rules.rule import Rule, RuleId, RuleKind
from edge.core.vision import Box, overlap

INERTIA_S = 6.0
"""A stay goes on through a loss this short: the longest key interval that is not decoded in full, and a half."""
RECENT_S = 1.5
"""Whoever was there so shortly ago still counts: one lost detection in a crowd changes no number."""
CLEAR = 0.004
"""Feet nearer to a line than this share of the picture stand on it: a trembling box does not cross it to and fro."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A figure in a zone since when, last seen there when, and the box in which it stood at first."""

    figure: Figure
    since: float
    last: float
    spot: Box

    @property
    def dwell_s(self) -> float:
        """How long it has been there."""
        return self.last - self.since


Key = tuple[RuleId, FigureId]


@dataclass(frozen=True, slots=True)
class Marks:
    """What rules remember of figures: their stays in zones, and where they last stood clearly beside lines."""

    stays: Mapping[Key, Stay]
    beside: Mapping[Key, Point]


NO_MARKS = Marks({}, {})


def counts(figure: Figure, rule: Rule) -> bool:
    """Whether this is what the rule looks for, sure and large enough."""
    track = figure.track
    return (
        track.label in rule.labels
        and figure.hits >= rule.min_hits
        and track.score >= rule.min_score
        and figure.height >= rule.min_height
    )


def notice(rule: Rule, shown: Sequence[Figure], marks: Marks, now: float) -> tuple[Marks, tuple[Figure, ...]]:
    """The marks after this picture, and the figures that fulfil the rule."""
    if rule.kind is RuleKind.LINE:
        return _notice_crossings(rule, shown, marks)
    stays = dict(marks.stays)
    for figure in shown:
        if counts(figure, rule) and inside(figure.stands, rule.shape):
            key = (rule.id, figure.id)
            stays[key] = _stay(rule, figure, stays.get(key))
    there = [
        stay.figure
        for (owner, _), stay in sorted(stays.items())
        if owner == rule.id and now - stay.last <= RECENT_S and stay.dwell_s >= rule.after_s
    ]
    return replace(marks, stays=stays), tuple(there) if len(there) > rule.more_than else ()


def _stay(rule: Rule, figure: Figure, before: Stay | None) -> Stay:
    parked = rule.kind is RuleKind.PARKED
    if before is None or figure.seen - before.last > (STILL_S if parked else INERTIA_S):
        return Stay(figure, figure.seen, figure.seen, figure.track.box)
    if parked and overlap(figure.track.box, before.spot) < STILL_OVERLAP:
        return Stay(figure, figure.seen, figure.seen, figure.track.box)
    return replace(before, figure=figure, last=figure.seen)


def _notice_crossings(rule: Rule, shown: Sequence[Figure], marks: Marks) -> tuple[Marks, tuple[Figure, ...]]:
    line = Segment(*rule.shape)
    places = dict(marks.beside)
    crossed = []
    for figure in shown:
        key = (rule.id, figure.id)
        before = places.get(key)
        if abs(beside(figure.stands, line)) < CLEAR or figure.track.label not in rule.labels:
            continue
        way = crossing(Segment(before, figure.stands), line) if before else None
        if way and not counts(figure, rule):
            continue  # not sure yet: judged again from the same place when it is
        places[key] = figure.stands
        if way and rule.direction in (Direction.BOTH, way):
            crossed.append(figure)
    return replace(marks, beside=places), tuple(crossed)


def forget(marks: Marks, figures: set[FigureId], rules: set[RuleId]) -> Marks:
    """The marks of these figures for these rules: one that rests or sleeps begins anew."""
    return Marks(
        {key: stay for key, stay in marks.stays.items() if key[0] in rules and key[1] in figures},
        {key: point for key, point in marks.beside.items() if key[0] in rules and key[1] in figures},
    )
