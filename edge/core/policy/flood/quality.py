"""Whether a reading may decide: ``judge(state, fact, limits, now) -> (state, judged)``.

The rule of a doubt, in one place (docs/design/water.md says why):

- A reading that moves faster than water is a doubt. It is marked, and from now on two series run side by side: the
  ``trusted`` value from before, and the ``doubt`` of readings that follow the leap. Whoever comes back to the trusted
  value is good again.
- A leap UP is believed once it is confirmed: by three readings over two minutes (or two over ten) that follow each
  other as water does and that move, by the second gauge at the place, or by a person.
- A leap DOWN is believed after six hours of readings that move, by the second gauge, or by a person; a drop to zero
  only by the last two. Believing a fall late costs a longer alarm; believing it early costs lives.
- For two hours after a person read the staff no sensor confirms itself against that person.
"""

import math
from dataclasses import dataclass, replace

from edge.core.moment import AtMs, ClockState, Moment
from edge.core.policy.flood.limits import HOUR_MS, MINUTE_MS, Limits
from edge.core.sensing import Quality, Source

UP_COUNT, UP_MS = 3, 2 * MINUTE_MS
UP_SLOW_COUNT, UP_SLOW_MS = 2, 10 * MINUTE_MS
DOWN_COUNT, DOWN_MS, DOWN_MOVED = 3, 6 * HOUR_MS, 0.05
PERSON_HOLDS_MS = 2 * HOUR_MS
PERSON_WALKS_MS = 30 * MINUTE_MS
"""From the staff to a telephone: what a person read so long ago is still of now."""
OLDEST_MS = 30 * 24 * HOUR_MS
"""A feed that catches up tells of days; a reading of last year has a wrong clock."""
GAP_TIMES, SHORT_GAP_MS = 3, 10 * MINUTE_MS
STILL_COUNT = 8
"""A feed that tells the level once an hour, in whole centimetres, repeats itself at the crest: seven times in 2020."""
LIVELY_STEP_H = 0.05
"""Metres an hour: who moved so fast does not stand still to the last digit a moment later."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value as it came. ``at_ms`` is the source's own time, None: just now. ``sure``: a person said it twice."""

    value: float
    at_ms: int | None = None
    source: Source = Source.GAUGE
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A value and when it was measured.

    ``steady`` is None where only the time tells: of a source with its own clock, or from before this start of the box.
    """

    value: float
    at_ms: int
    steady: float | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Readings that follow a leap from the trusted value."""

    first: Seen
    last: Seen
    count: int
    low: float
    high: float
    zero: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What is known of one quantity of one station.

    ``trusted`` is the last value that decided; ``newest`` the last that the device told and ``usual_ms`` how long it
    had been since the one before; ``same_since`` when the newest value was first read, ``same_count`` how often since;
    ``moving`` whether it moved just before that; ``person_ms`` when a person last said the value.
    """

    trusted: Seen | None = None
    doubt: Doubt | None = None
    newest: Seen | None = None
    usual_ms: int | None = None
    same_since: Seen | None = None
    same_count: int = 0
    moving: bool = False
    person_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reading is worth. ``duplicate``: it is known already, and nothing is to be kept.

    ``gap_ms`` is how long nothing had come before it, where something had; ``still_ms`` how long the device has told
    the same to the last digit, 0 where it was not often enough to say.
    """

    quality: Quality
    at_ms: AtMs
    duplicate: bool = False
    gap_ms: int | None = None
    still_ms: int = 0


def judge(state: State, fact: Fact, limits: Limits, now: Moment) -> tuple[State, Judged]:
    """The state after this reading, and what the reading is worth."""
    seen = _seen(fact, now)
    if _is_known(state, fact, seen):
        return state, Judged(Quality.GOOD, AtMs(seen.at_ms), duplicate=True)
    alone = _alone(fact, limits, now) or _out_of_order(state, fact, limits, now)
    if alone is not None:
        return state, Judged(alone, now.at_ms if alone is Quality.CLOCK else AtMs(seen.at_ms))
    if fact.source is Source.HAND:
        after, quality = _weigh_person(state, fact, seen, limits)
        return after, Judged(quality, AtMs(seen.at_ms))
    after, quality = _weigh(state, seen, limits)
    gap_ms = elapsed_ms(state.newest, seen) if state.newest else None
    judged = Judged(quality, AtMs(seen.at_ms), gap_ms=gap_ms, still_ms=_still_ms(state, seen))
    return _counted(after, state, seen, limits), judged


def confirm(state: State) -> State:
    """The doubt is true: a second gauge or a person says the same."""
    return replace(state, trusted=state.doubt.last, doubt=None) if state.doubt else state


def is_held(state: State, at_ms: int) -> bool:
    """Whether a person said the value so lately that no sensor may say otherwise."""
    return state.person_ms is not None and at_ms - state.person_ms < PERSON_HOLDS_MS


def elapsed_ms(before: Seen, after: Seen) -> int:
    """How long it was between two values: by the clock that cannot step, wherever both were seen by it."""
    if before.steady is not None and after.steady is not None:
        return round((after.steady - before.steady) * 1000)
    return after.at_ms - before.at_ms


def _still_ms(state: State, seen: Seen) -> int:
    since = state.same_since
    if since is None or since.value != seen.value or state.same_count + 1 < STILL_COUNT:
        return 0
    return max(0, elapsed_ms(since, seen))


def _seen(fact: Fact, now: Moment) -> Seen:
    if fact.at_ms is None:
        return Seen(fact.value, now.at_ms, now.steady)
    return Seen(fact.value, fact.at_ms, None)


def _is_known(state: State, fact: Fact, seen: Seen) -> bool:
    """A feed that is asked every minute tells the reading of the hour sixty times."""
    newest = state.newest
    told = fact.at_ms is not None and fact.source is not Source.HAND
    return told and newest is not None and newest.at_ms == seen.at_ms and newest.value == seen.value


def _alone(fact: Fact, limits: Limits, now: Moment) -> Quality | None:
    """What can be said of a reading without any other."""
    if not (math.isfinite(fact.value) and limits.low <= fact.value <= limits.high):
        return Quality.OUT_OF_RANGE
    if fact.at_ms is None or now.clock is ClockState.FLOOR:  # who does not know the time blames no other clock
        return None
    ahead_ms = fact.at_ms - now.at_ms
    if ahead_ms > limits.ahead_ms or -ahead_ms > OLDEST_MS:
        return Quality.CLOCK
    return Quality.LATE if -ahead_ms > limits.late_ms else None


def _out_of_order(state: State, fact: Fact, limits: Limits, now: Moment) -> Quality | None:
    """Older than what is known: it fills the chart. Of a person: older than what the device has told meanwhile."""
    newest = state.newest
    if fact.at_ms is None or newest is None or limits.planned or newest.at_ms > now.at_ms + limits.ahead_ms:
        return None
    grace_ms = PERSON_WALKS_MS if fact.source is Source.HAND else 0
    return Quality.LATE if fact.at_ms < newest.at_ms - grace_ms else None


def _counted(after: State, before: State, seen: Seen, limits: Limits) -> State:
    """How often the device tells something, and how long it has told the same."""
    newest = before.newest
    if newest is None:
        return replace(after, newest=seen, same_since=seen, same_count=1)
    usual_ms = elapsed_ms(newest, seen)
    if newest.value == seen.value:
        return replace(after, newest=seen, usual_ms=usual_ms, same_count=before.same_count + 1)
    speed = abs(seen.value - newest.value) / (max(usual_ms, MINUTE_MS) / HOUR_MS)
    moving = limits.step is not None and speed >= LIVELY_STEP_H
    return replace(after, newest=seen, usual_ms=usual_ms, same_since=seen, same_count=1, moving=moving)


def _weigh(state: State, seen: Seen, limits: Limits) -> tuple[State, Quality]:
    if not _is_believed(state, seen, limits):
        return _doubted(state, seen, limits)
    after = replace(state, trusted=seen, doubt=None)
    return after, Quality.STUCK if _is_stuck(state, seen, limits) else Quality.GOOD


def _weigh_person(state: State, fact: Fact, seen: Seen, limits: Limits) -> tuple[State, Quality]:
    """A person is asked again about a leap; who says it twice is believed. A doubt that fits is settled by it."""
    trusted = state.trusted
    settles = state.doubt is not None and limits.allowed(seen.value - state.doubt.last.value, 0)
    leaps = trusted is not None and not limits.allowed(seen.value - trusted.value, _counts_ms(state, trusted, seen))
    if leaps and not (fact.sure or settles):
        return state, Quality.JUMP
    return replace(state, trusted=seen, doubt=None, person_ms=seen.at_ms), Quality.GOOD


def _is_believed(state: State, seen: Seen, limits: Limits) -> bool:
    """Whether it follows from the trusted value; a series that broke away comes back only by itself being there."""
    trusted, doubt = state.trusted, state.doubt
    if trusted is None:
        return True
    change = seen.value - trusted.value
    if _drops_to_zero(trusted, seen, limits):
        return False
    if doubt is not None and _follows(doubt, seen, limits):
        return limits.allowed(change, 0)
    return limits.allowed(change, _counts_ms(state, trusted, seen))


def _counts_ms(state: State, trusted: Seen, seen: Seen) -> int:
    """How much time for moving is granted: who was silent for long is listened to once more before it counts."""
    passed_ms = elapsed_ms(trusted, seen)
    return passed_ms if state.usual_ms is None else min(passed_ms, max(GAP_TIMES * state.usual_ms, SHORT_GAP_MS))


def _follows(doubt: Doubt, seen: Seen, limits: Limits) -> bool:
    return limits.allowed(seen.value - doubt.last.value, elapsed_ms(doubt.last, seen))


def _drops_to_zero(trusted: Seen, seen: Seen, limits: Limits) -> bool:
    return limits.zero is not None and seen.value == 0 and trusted.value > limits.zero


def _doubted(state: State, seen: Seen, limits: Limits) -> tuple[State, Quality]:
    assert state.trusted is not None
    zero = _drops_to_zero(state.trusted, seen, limits)
    doubt = _followed(state.doubt, seen, limits, zero)
    after = replace(state, doubt=doubt)
    if _confirms_itself(after, doubt, limits):
        return confirm(after), Quality.GOOD
    return after, Quality.ZERO if doubt.zero else Quality.JUMP


def _followed(doubt: Doubt | None, seen: Seen, limits: Limits, zero: bool) -> Doubt:
    if doubt is None or not _follows(doubt, seen, limits):
        return Doubt(seen, seen, 1, seen.value, seen.value, zero)
    return Doubt(
        doubt.first,
        seen,
        doubt.count + 1,
        min(doubt.low, seen.value),
        max(doubt.high, seen.value),
        doubt.zero or zero,
    )


def _confirms_itself(state: State, doubt: Doubt, limits: Limits) -> bool:
    trusted = state.trusted
    assert trusted is not None
    if doubt.zero or is_held(state, doubt.last.at_ms):
        return False
    moved, spent_ms = doubt.high - doubt.low, elapsed_ms(doubt.first, doubt.last)
    if doubt.last.value > trusted.value:
        quick = doubt.count >= UP_COUNT and spent_ms >= UP_MS
        slow = doubt.count >= UP_SLOW_COUNT and spent_ms >= UP_SLOW_MS
        return moved >= limits.moved and (quick or slow)
    return doubt.count >= DOWN_COUNT and spent_ms >= DOWN_MS and moved >= DOWN_MOVED


def _is_stuck(state: State, seen: Seen, limits: Limits) -> bool:
    """Suspected only: what it repeats is what decided already, so a calm river loses nothing by the suspicion."""
    if limits.still_ms is None:
        return False
    high = limits.lively is not None and seen.value >= limits.lively
    lively = limits.lively_still_ms is not None and (high or state.moving)
    longest_ms = limits.lively_still_ms if lively else limits.still_ms
    return _still_ms(state, seen) >= (longest_ms or 0) > 0
