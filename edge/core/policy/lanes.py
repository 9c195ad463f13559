"""Whose turn it is in the outbox, and what must go when it holds too much. Pure.

Alarms (lane 0) always go first and are never dropped for others. Lanes 1 to 3 share what is left by deficit round
robin on bytes (Shreedhar and Varghese, SIGCOMM 1995): a long queue or long events of one lane take nothing from the
share of another, and no lane waits for ever. Within a lane the order never changes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from edge.core.policy.room import Level
from edge.core.policy.tombstones import Why

MEGABYTE = 1024 * 1024
DAY_MS = 86_400_000


class Lane(IntEnum):
    """What is told on it."""

    ALARM = 0
    RESULT = 1
    TELEMETRY = 2
    MEDIA = 3


WEIGHTS: Mapping[Lane, int] = MappingProxyType({Lane.RESULT: 6, Lane.TELEMETRY: 3, Lane.MEDIA: 1})
"""What a lane gets of the line while all three wait."""
QUANTUM_BYTES = 1_024
"""Of one weight in one round: four or five events, so that a batch holds several rounds."""
_ORDER = tuple(WEIGHTS)


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the round stands: whose turn it is, whether its share of this round was given, what each may still send."""

    lane: Lane = Lane.RESULT
    given: bool = False
    credit: tuple[int, ...] = (0,) * len(_ORDER)


def take_turns(turn: Turn, sizes: Mapping[int, Sequence[int]], most: int) -> tuple[list[int], Turn]:
    """The lanes of the next ``most`` events in the order in which they go, and where the round stands then.

    ``sizes`` are the bytes of the next events of each lane, each list complete or at least ``most`` long.
    """
    order = [int(Lane.ALARM)] * min(len(sizes.get(Lane.ALARM, ())), most)
    left = {lane: list(reversed(sizes.get(lane, ()))) for lane in _ORDER}
    credit = dict(zip(_ORDER, turn.credit, strict=True))
    lane, given = turn.lane, turn.given
    while len(order) < most and any(left.values()):
        credit[lane] = _credit(lane, credit[lane], bool(left[lane]), given)
        taken = _take(left[lane], credit[lane], most - len(order))
        credit[lane] -= sum(taken)
        order += [int(lane)] * len(taken)
        if len(order) == most:
            return order, Turn(lane, True, tuple(credit.values()))
        lane, given = _after(lane), False
    return order, Turn(lane, given, tuple(credit.values()))


def _credit(lane: Lane, credit: int, waits: bool, given: bool) -> int:
    """A lane that has nothing to send saves nothing up."""
    if not waits:
        return 0
    return credit if given else credit + WEIGHTS[lane] * QUANTUM_BYTES


def _take(waiting: list[int], credit: int, most: int) -> list[int]:
    """Off the end of ``waiting``: what fits the credit."""
    taken: list[int] = []
    while waiting and len(taken) < most and waiting[-1] <= credit:
        credit -= waiting[-1]
        taken.append(waiting.pop())
    return taken


def _after(lane: Lane) -> Lane:
    return _ORDER[(_ORDER.index(lane) + 1) % len(_ORDER)]


@dataclass(frozen=True, slots=True)
class Budget:
    """How many bytes of a lane may wait, and for how long; None: no limit."""

    bytes: int | None = None
    age_ms: int | None = None


BUDGETS: Mapping[Lane, Budget] = MappingProxyType(
    {
        Lane.ALARM: Budget(),
        Lane.RESULT: Budget(512 * MEGABYTE, 180 * DAY_MS),
        Lane.TELEMETRY: Budget(640 * MEGABYTE, 30 * DAY_MS),
        Lane.MEDIA: Budget(64 * MEGABYTE, 30 * DAY_MS),
    }
)
"""Telemetry: thirty days at 58,000 events a day are 430 MB. All leave the database two thirds of its 4 GB.
Of alarms a box makes some hundred a day: nothing but the database's own quota limits them."""
SQUEEZED = {Level.GREEN: 1.0, Level.YELLOW: 1 / 8, Level.RED: 0.0}
"""The share of their budgets that telemetry and media keep while room is short."""
KEPT_ACKED_MS = 30 * DAY_MS
"""So long the box itself can show what it told the province."""


@dataclass(frozen=True, slots=True)
class Load:
    """What waits in one lane. ``oldest_ms``: when its first event happened, None when nothing waits."""

    lane: Lane
    count: int
    bytes: int
    oldest_ms: int | None


@dataclass(frozen=True, slots=True)
class Drop:
    """The oldest of this lane must go: at least so many bytes of it, or (``bytes`` 0) all before ``before_ms``."""

    lane: Lane
    why: Why
    bytes: int = 0
    before_ms: int | None = None


def what_to_drop(loads: Collection[Load], now_ms: int | None, level: Level, acked: int) -> list[Drop]:
    """What must go now, the least valuable lane first.

    ``now_ms`` None: the clock is in doubt, and nothing is too old. ``acked`` rows that the province has already go
    before anything that waits: while there are any, room being short costs no lane anything.
    """
    found: list[Drop] = []
    for load in sorted(loads, key=lambda one: -one.lane):
        found += _too_old(load, now_ms)
        found += _too_much(load, Level.GREEN if acked else level)
    return found


def _too_old(load: Load, now_ms: int | None) -> list[Drop]:
    age_ms = BUDGETS[load.lane].age_ms
    if now_ms is None or age_ms is None or load.oldest_ms is None or load.oldest_ms >= now_ms - age_ms:
        return []
    return [Drop(load.lane, Why.AGE, before_ms=now_ms - age_ms)]


def _too_much(load: Load, level: Level) -> list[Drop]:
    budget = BUDGETS[load.lane].bytes
    if budget is None:
        return []
    squeezed = int(budget * SQUEEZED[level]) if load.lane >= Lane.TELEMETRY else budget
    if load.bytes > budget:
        return [Drop(load.lane, Why.BUDGET, load.bytes - budget)]
    return [Drop(load.lane, Why.PRESSURE, load.bytes - squeezed)] if load.bytes > squeezed else []


def closed_lanes(level: Level) -> frozenset[int]:
    """What is not queued any more, only counted, while room is this short: alarms, results and audit always are."""
    return frozenset({int(Lane.TELEMETRY)}) if level is Level.RED else frozenset()
