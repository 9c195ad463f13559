"""What is told of events that will never come: every gap in the numbers of a lane lies under a tombstone. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

KIND = "outbox.dropped"


class Why(StrEnum):
    """Why they will not come. ``not_queued`` ones never had a number, ``dead_letter`` ones lie in the box."""

    BUDGET = "budget"
    AGE = "age"
    PRESSURE = "pressure"
    COMPACTED = "compacted"
    DEAD_LETTER = "dead_letter"
    NOT_QUEUED = "not_queued"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """``count`` events of a lane, all between ``first_seq`` and ``last_seq`` (None: they had no number).

    ``since_ms`` and ``until_ms``: when the first and the last of them happened.
    """

    lane: int
    reason: Why
    first_seq: int | None
    last_seq: int | None
    count: int
    since_ms: int
    until_ms: int


def of_rows(lane: int, reason: Why, rows: Sequence[tuple[int, int]]) -> Tombstone:
    """Over these events, (seq, at_ms) each; there is at least one."""
    numbers, times = [seq for seq, _ in rows], [at_ms for _, at_ms in rows]
    return Tombstone(lane, reason, min(numbers), max(numbers), len(rows), min(times), max(times))


def merged(one: Tombstone, other: Tombstone) -> Tombstone:
    """One tombstone for both, which are of the same lane and reason."""
    return Tombstone(
        one.lane,
        one.reason,
        _least(one.first_seq, other.first_seq),
        _most(one.last_seq, other.last_seq),
        one.count + other.count,
        min(one.since_ms, other.since_ms),
        max(one.until_ms, other.until_ms),
    )


def as_data(stone: Tombstone) -> dict[str, Any]:
    """As it travels (docs/ref/events.md)."""
    return asdict(stone)


def from_data(data: dict[str, Any]) -> Tombstone:
    """As it was written."""
    return Tombstone(**{**data, "reason": Why(data["reason"])})


def _least(one: int | None, other: int | None) -> int | None:
    return min((seq for seq in (one, other) if seq is not None), default=None)


def _most(one: int | None, other: int | None) -> int | None:
    return max((seq for seq in (one, other) if seq is not None), default=None)
