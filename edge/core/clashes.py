"""What in a plan cannot be as it is: two airings at once on one horn, quiet hours, too many minutes (R1, L9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.core.local_time import minute_of_day
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.place import HamletId
from edge.core.policy.airtime import Item, OnAir, Rules, State, Verdict, judge, share_a_horn
from edge.core.policy.airtime.limits import Budget, Limits, Spent, in_quiet_hours, over_limit, places, spend
from edge.core.programme import Airing


@dataclass(frozen=True, slots=True)
class Clash:
    """Two airings that meet: where, from when to when, and what the arbiter would do."""

    one: Airing
    other: Airing
    hamlets: tuple[HamletId, ...]
    from_ms: int
    until_ms: int
    verdict: Verdict
    words: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An airing that is left out of the plan, and why."""

    airing: Airing
    why: str


@dataclass(frozen=True, slots=True)
class Sifted:
    """A plan with what the limits leave of it."""

    airings: tuple[Airing, ...]
    refused: tuple[Refused, ...]
    spent: Spent


def clashes(airings: Sequence[Airing], rules: Rules) -> tuple[Clash, ...]:
    """Every two that overlap in time and share a hamlet; ``airings`` are in order of time."""
    found: list[Clash] = []
    sounding: list[Airing] = []
    for airing in airings:
        sounding = [one for one in sounding if one.ends_ms > airing.at_ms]
        found += [_clash(one, airing, rules) for one in sounding if _meet(one, airing)]
        sounding.append(airing)
    return tuple(found)


def sift(airings: Iterable[Airing], limits: Limits, spent: Spent) -> Sifted:
    """What may be planned within quiet hours and minutes, the earlier first; ``spent`` is used already."""
    kept: list[Airing] = []
    refused: list[Refused] = []
    for airing in airings:
        why = why_not(airing, limits, spent)
        if why:
            refused.append(Refused(airing, why))
        else:
            kept.append(airing)
            spent = spend(spent, frozenset(airing.hamlets), airing.ms / 1000, airing.at_ms, limits)
    return Sifted(tuple(kept), tuple(refused), spent)


def why_not(airing: Airing, limits: Limits, spent: Spent) -> str:
    """Why the limits forbid this airing; empty when they do not."""
    minute = minute_of_day(airing.at_ms)
    quiet = "" if airing.at_night else in_quiet_hours(airing.priority, minute, limits)
    budget = Budget(limits, spent)
    return quiet or over_limit(airing.priority, frozenset(airing.hamlets), airing.ms / 1000, airing.at_ms, budget)


def item_of(airing: Airing, latest: Steady, clips_s: tuple[float, ...] = ()) -> Item:
    """A planned airing as it asks the arbiter for its horns."""
    return Item(
        id=airing.key,
        priority=airing.priority,
        hamlets=frozenset(airing.hamlets),
        length_s=airing.ms / 1000,
        at_night=airing.at_night,
        planned=True,
        latest=latest,
        gain_db=airing.gain_db,
        clips_s=clips_s or (airing.ms / 1000,),
    )


def _meet(one: Airing, other: Airing) -> bool:
    return one.programme != other.programme and share_a_horn(frozenset(one.hamlets), frozenset(other.hamlets))


def _clash(one: Airing, other: Airing, rules: Rules) -> Clash:
    now = Moment(AtMs(other.at_ms), Steady(other.at_ms / 1000), ClockState.SYNCED)
    far = Steady(now.steady + 1.0)
    playing = OnAir(item_of(one, far), Steady(one.ends_ms / 1000))
    verdict = judge(State(on_air=(playing,)), item_of(other, far), rules, now).verdict
    shared = places(frozenset(one.hamlets), rules.limits) & places(frozenset(other.hamlets), rules.limits)
    hamlets = tuple(sorted(shared or set(one.hamlets) & set(other.hamlets)))
    until_ms = min(one.ends_ms, other.ends_ms)
    return Clash(one, other, hamlets, other.at_ms, until_ms, verdict, _words(one, other, verdict))


def _words(one: Airing, other: Airing, verdict: Verdict) -> str:
    first, second = f"“{one.title}”", f"“{other.title}”"
    return {
        Verdict.PREEMPT: f"{second} sẽ ngắt {first}; {first} phát lại khi loa rảnh.",
        Verdict.ASK: f"{first} và {second} cùng là tin ưu tiên: khi đến giờ phải chọn tin phát trước.",
        Verdict.WAIT: f"{second} phải chờ {first} phát xong.",
        Verdict.REFUSE: f"{second} không được phát vào giờ này.",
    }.get(verdict, f"{second} phát ngay sau {first}.")
