"""The way of one track through a picture, kept short: what a rule drawn today would have made of yesterday."""

from dataclasses import dataclass

from edge.core.vision import Box, TrackSeen, feet

MOST_POINTS = 60
FIRST_STEP_MS = 200


@dataclass(frozen=True, slots=True)
class Footprint:
    """Where it stood how long after it began, and how high it was, as shares of the picture."""

    after_ms: int
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Passage:
    """One finished track. ``score`` is its best."""

    began_ms: int
    ended_ms: int
    label: str
    score: float
    hits: int
    path: tuple[Footprint, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A passage that still goes on; ``step_ms`` lies at least between two of its points."""

    passage: Passage
    step_ms: int = FIRST_STEP_MS


def begun(track: TrackSeen, at_ms: int) -> Trace:
    """The trace of a track that is seen for the first time."""
    return Trace(Passage(at_ms, at_ms, track.label, track.score, track.hits, (_print(track.box, 0),)))


def gone_on(trace: Trace, track: TrackSeen, at_ms: int) -> Trace:
    """One more sight of it. With too many points every second one is dropped; the first and the last always stay."""
    before = trace.passage
    after_ms = max(at_ms - before.began_ms, before.path[-1].after_ms)
    kept, step_ms = before.path, trace.step_ms
    if len(kept) > 1 and kept[-1].after_ms - kept[-2].after_ms < step_ms:
        kept = kept[:-1]
    if len(kept) >= MOST_POINTS:
        kept, step_ms = kept[::2], step_ms * 2
    score, hits = max(before.score, track.score), max(before.hits, track.hits)
    path = (*kept, _print(track.box, after_ms))
    return Trace(Passage(before.began_ms, before.began_ms + after_ms, track.label, score, hits, path), step_ms)


def at(passage: Passage, at_ms: float) -> Footprint | None:
    """Where it was at this time, between two points on the straight way; None before it began and after it ended."""
    after_ms = at_ms - passage.began_ms
    if not 0 <= after_ms <= passage.path[-1].after_ms:
        return None
    later = next(index for index, point in enumerate(passage.path) if point.after_ms >= after_ms)
    if later == 0:
        return passage.path[0]
    return _between(passage.path[later - 1], passage.path[later], after_ms)


def _between(one: Footprint, other: Footprint, after_ms: float) -> Footprint:
    share = (after_ms - one.after_ms) / max(other.after_ms - one.after_ms, 1)
    return Footprint(
        round(after_ms),
        one.x + (other.x - one.x) * share,
        one.y + (other.y - one.y) * share,
        one.height + (other.height - one.height) * share,
    )


def _print(box: Box, after_ms: int) -> Footprint:
    stands = feet(box)
    return Footprint(after_ms, round(stands.x, 4), round(stands.y, 4), round(box.bottom - box.top, 4))
