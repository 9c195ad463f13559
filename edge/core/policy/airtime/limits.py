"""How much may sound where at which hour, and how loud (L9): quiet hours, minutes, top volume.

The example of such limits is Hà Nội's: 15 minutes a session in wards and 45 in communes. A session is the half of a
local day, before or after noon. *Khẩn cấp* is exempt from all of them, and counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.core.broadcast import Priority
from edge.core.decimals import decimal
from edge.core.local_time import local, minute_of_day
from edge.core.moment import AtMs, ClockState, Moment
from edge.core.place import EVERYWHERE, HamletId

NOON_MIN, DAY_MIN = 12 * 60, 24 * 60
HUSHED = frozenset({Priority.RELAY, Priority.THUONG, Priority.UU_TIEN})
"""What keeps quiet hours. Whoever speaks himself knows the hour; *khẩn cấp* must wake people."""
TINY_S = 0.5
"""Lengths are sums of milliseconds: so much over a limit is none."""

Spent = Mapping[tuple[int, int, HamletId], float]
"""Seconds by (local day, session, hamlet)."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the local day in minutes since midnight, ``until_min`` not in it; it may go over midnight."""

    from_min: int
    until_min: int

    def covers(self, minute: int) -> bool:
        """Whether this minute of the day lies in it."""
        if self.from_min <= self.until_min:
            return self.from_min <= minute < self.until_min
        return minute >= self.from_min or minute < self.until_min

    def words(self) -> str:
        """For people: ``21:00 đến 5:00``."""
        return f"{clock_words(self.from_min)} đến {clock_words(self.until_min)}"


@dataclass(frozen=True, slots=True)
class Cap:
    """The top volume in some hamlets at some hours, in dB below full; no hamlets: everywhere."""

    hours: Hours
    gain_db: float
    hamlets: frozenset[HamletId] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a commune has laid down; 0 seconds: no such limit."""

    quiet: Hours | None = None
    day_s: float = 0.0
    session_s: float = 0.0
    caps: tuple[Cap, ...] = ()
    hamlets: frozenset[HamletId] = field(default_factory=frozenset)


def clock_words(minute: int) -> str:
    """``5:00``."""
    return f"{minute // 60}:{minute % 60:02d}"


def in_quiet_hours(priority: Priority, minute: int, limits: Limits) -> str:
    """Why this must not sound at this minute of the day; empty when it may."""
    if limits.quiet is None or priority not in HUSHED or not limits.quiet.covers(minute):
        return ""
    return f"Từ {limits.quiet.words()} là giờ yên tĩnh, chỉ phát tin khẩn cấp."


def hushed_now(priority: Priority, limits: Limits, now: Moment) -> str:
    """The same for this instant. A box that does not know the hour cannot keep quiet hours: people who press do."""
    if now.clock is ClockState.FLOOR:
        return ""
    return in_quiet_hours(priority, minute_of_day(now.at_ms), limits)


def over_limit(priority: Priority, hamlets: frozenset[HamletId], length_s: float, at_ms: AtMs, budget: "Budget") -> str:
    """Why this length would be too much for a session or a day there; empty when it fits."""
    if priority >= Priority.KHAN_CAP:
        return ""
    limits = budget.limits
    for hamlet in sorted(places(hamlets, limits)):
        day, session = session_of(at_ms)
        this = budget.spent.get((day, session, hamlet), 0.0)
        whole = sum(budget.spent.get((day, half, hamlet), 0.0) for half in (0, 1))
        if limits.session_s and this + length_s > limits.session_s + TINY_S:
            return _too_much("buổi", this, length_s, limits.session_s)
        if limits.day_s and whole + length_s > limits.day_s + TINY_S:
            return _too_much("ngày", whole, length_s, limits.day_s)
    return ""


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits with what is used of them."""

    limits: Limits
    spent: Spent


def spend(spent: Spent, hamlets: frozenset[HamletId], length_s: float, at_ms: AtMs, limits: Limits) -> Spent:
    """With so many seconds more there (or less, when they are negative)."""
    day, session = session_of(at_ms)
    keys = [(day, session, hamlet) for hamlet in places(hamlets, limits)]
    return {**spent, **{key: spent.get(key, 0.0) + length_s for key in keys}}


def session_of(at_ms: AtMs) -> tuple[int, int]:
    """The local day (its ordinal) and its half."""
    return local(at_ms).date().toordinal(), int(minute_of_day(at_ms) >= NOON_MIN)


def places(hamlets: frozenset[HamletId], limits: Limits) -> frozenset[HamletId]:
    """The hamlets by name."""
    return limits.hamlets if EVERYWHERE in hamlets else hamlets


def top_gain_db(
    priority: Priority, hamlets: frozenset[HamletId], wanted_db: float, minute: int, limits: Limits
) -> float:
    """How loud it may be, in dB: one order has one volume, so the quietest of its hamlets decides."""
    if priority >= Priority.KHAN_CAP:
        return wanted_db
    meant = places(hamlets, limits)
    caps = [cap.gain_db for cap in limits.caps if cap.hours.covers(minute) and (not cap.hamlets or cap.hamlets & meant)]
    return min([wanted_db, *caps])


def _too_much(what: str, used_s: float, length_s: float, limit_s: float) -> str:
    return (
        f"Quá thời lượng một {what}: đã dùng và đã xếp lịch {_minutes(used_s)} phút, tin dài {_minutes(length_s)} phút,"
        f" hạn mức {_minutes(limit_s)} phút."
    )


def _minutes(seconds: float) -> str:
    return decimal(seconds / 60, 1).removesuffix(",0")
