"""How much the uplink may send now: a token bucket by the hour, and a month's budget of a metered way. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from edge.core.moment import Steady
from edge.core.policy.airtime import Hours

ALL_LANES = frozenset(range(4))
NEVER_HELD = 0
"""The lane of the alarms: nothing of this module ever holds it back; its bytes count all the same."""
URGENT_LANES = frozenset({0, 1})
"""What still goes on a metered way whose budget is short: alarms, and answers to commands."""
BURST_S = 2.0
"""So much may go at once after a pause: about one batch, so that a quiet hour does not save up a flood."""
DEBT_S = 60.0
"""Alarms may run so far into debt; more is forgiven, or a day of alarms would silence the gauges for a week."""
SAVING_PCT, SPENT_PCT = 80, 100


@dataclass(frozen=True, slots=True)
class Shape:
    """At these hours at most ``kbit`` thousand bits a second."""

    hours: Hours
    kbit: int


def rate_at(shapes: Sequence[Shape], minute: int) -> int:
    """The kbit/s allowed at this minute of the local day: the least of all that hold; 0 means without limit."""
    return min((shape.kbit for shape in shapes if shape.hours.covers(minute)), default=0)


@dataclass(frozen=True, slots=True)
class Bucket:
    """``level`` bytes may go now; below zero they have gone already, and the next must wait."""

    level: float
    at: Steady


def filled(bucket: Bucket, kbit: int, now: Steady) -> Bucket:
    """As time has passed. Without a limit there is neither credit nor debt."""
    if kbit == 0:
        return Bucket(0.0, now)
    a_second = kbit * 125
    level = bucket.level + (now - bucket.at) * a_second
    return Bucket(max(-DEBT_S * a_second, min(BURST_S * a_second, level)), now)


def spent(bucket: Bucket, count: int) -> Bucket:
    """So many bytes have gone."""
    return replace(bucket, level=bucket.level - count)


def wait_s(bucket: Bucket, kbit: int) -> float:
    """How long the next batch that is no alarm must wait."""
    return 0.0 if kbit == 0 or bucket.level >= 0 else -bucket.level / (kbit * 125)


class Saver(StrEnum):
    """How far the month's budget of a metered way has gone."""

    NONE = "none"
    SAVING = "saving"
    SPENT = "spent"


def saver_of(used: int, budget: int) -> Saver:
    """At 80 % telemetry and media wait; at 100 % only alarms and answers go, and signs of life become rare.

    ``budget`` in bytes; 0 means that the way costs nothing.
    """
    if budget == 0 or used * 100 < budget * SAVING_PCT:
        return Saver.NONE
    return Saver.SPENT if used * 100 >= budget * SPENT_PCT else Saver.SAVING


def open_lanes(saver: Saver) -> frozenset[int]:
    """The lanes that may go."""
    return ALL_LANES if saver is Saver.NONE else URGENT_LANES
