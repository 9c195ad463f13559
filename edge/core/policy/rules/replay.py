"""What a rule would have done with what moved before it was drawn: the same policy over stored passages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edge.core.local_time import minute_of_day
from edge.core.moment import AtMs, Steady
from edge.core.passage import Footprint, Passage, at
from edge.core.place import CameraId
from edge.core.policy.rules.decide import NEW_WATCH, Watch, decide
from edge.core.policy.rules.rivers import Gauged, Rivers
from edge.core.policy.rules.rule import Now, Rule
from edge.core.policy.rules.stories import Ended, Opened
from edge.core.vision import Box, Sighting, TrackId, TrackSeen

STEP_MS = 500
WIDTH = 0.4
"""A passage keeps no width: a standing person is so many times as wide as high."""


@dataclass(frozen=True, slots=True)
class Fired:
    """An incident that would have been."""

    at_ms: int
    until_ms: int
    label: str
    most: int


def replay(rule: Rule, passages: Sequence[Passage]) -> tuple[Fired, ...]:
    """Every incident of this rule alone. The river of a river bank is taken to stand above its level all the time."""
    fired: list[Fired] = []
    watch = _with_high_river(rule)
    before_ms = 0
    for at_ms, fact in (*_sightings(passages), (None, None)):
        if at_ms is None or at_ms - before_ms > STEP_MS:
            quiet_ms = before_ms + round(rule.quiet_s * 1000)
            watch = _step(watch, rule, None, quiet_ms if at_ms is None else min(quiet_ms, at_ms), fired)
        if at_ms is not None:
            watch = _step(watch, rule, fact, at_ms, fired)
            before_ms = at_ms
    return tuple(fired)


def _with_high_river(rule: Rule) -> Watch:
    high = Rivers({rule.gauge: Gauged(rule.gauge, rule.above_m, float("inf"))}, frozenset({rule.id}))
    return Watch(NEW_WATCH.figures, NEW_WATCH.marks, high, NEW_WATCH.stories)


def _step(watch: Watch, rule: Rule, fact: Sighting | None, at_ms: int, fired: list[Fired]) -> Watch:
    story = watch.stories.get(rule.id)
    watch, actions = decide(watch, fact, (rule,), Now(at_ms / 1000, minute_of_day(AtMs(at_ms))))
    for action in actions:
        if isinstance(action, Opened):
            fired.append(Fired(at_ms, at_ms, action.figure.track.label, action.most))
        elif isinstance(action, Ended) and story:
            begun = fired.pop()
            fired.append(Fired(begun.at_ms, round(story.heard * 1000), begun.label, action.most))
    return watch


def _sightings(passages: Sequence[Passage]) -> Iterator[tuple[int, Sighting]]:
    """One sighting every half second while anything moved."""
    waiting = sorted(passages, key=lambda passage: passage.began_ms, reverse=True)
    there: list[tuple[int, Passage]] = []
    number, now_ms = 0, 0
    while waiting or there:
        if not there:
            now_ms = max(now_ms, waiting[-1].began_ms)
        while waiting and waiting[-1].began_ms <= now_ms:
            number += 1
            there.append((number, waiting.pop()))
        tracks = [(track, passage, at(passage, now_ms)) for track, passage in there]
        seen = tuple(_track(track, passage, print_) for track, passage, print_ in tracks if print_)
        if seen:
            yield now_ms, Sighting(CameraId(""), AtMs(now_ms), Steady(now_ms / 1000), seen)
        now_ms += STEP_MS
        there = [(track, passage) for track, passage in there if passage.ended_ms >= now_ms]


def _track(number: int, passage: Passage, print_: Footprint) -> TrackSeen:
    half = print_.height * WIDTH / 2
    box = Box(print_.x - half, print_.y - print_.height, print_.x + half, print_.y)
    return TrackSeen(TrackId(number), passage.label, passage.score, box, print_.after_ms / 1000, passage.hits)
