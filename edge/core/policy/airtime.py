"""Who may use a horn now: now, wait, or pre-empt, with the reason (R1, flow: words to horns)."""

from dataclasses import dataclass
from enum import StrEnum

from edge.core.broadcast import Priority
from edge.core.moment import Steady
from edge.core.place import EVERYWHERE, HamletId


class Verdict(StrEnum):
    """What happens to a request for air time."""

    NOW = "now"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class OnAir:
    """Something that sounds now; ``until`` is when it ends by itself at the latest."""

    order: str
    priority: Priority
    hamlets: frozenset[HamletId]
    until: Steady


@dataclass(frozen=True, slots=True)
class Request:
    """Something that wants to sound."""

    priority: Priority
    hamlets: frozenset[HamletId]


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict with a Vietnamese reason; ``preempts`` are orders that give way."""

    verdict: Verdict
    reason: str = ""
    preempts: tuple[str, ...] = ()


def decide(on_air: tuple[OnAir, ...], request: Request, now: Steady) -> Decision:
    """A stronger request takes the horns; an equal or weaker one waits its turn."""
    rivals = [item for item in on_air if item.until > now and share_a_horn(item.hamlets, request.hamlets)]
    stronger = [item for item in rivals if item.priority >= request.priority]
    if stronger:
        left_s = round(max(item.until for item in stronger) - now)
        return Decision(Verdict.WAIT, f"Loa đang phát tin cùng hạng hoặc hạng cao hơn, còn khoảng {left_s} giây.")
    return Decision(Verdict.NOW, preempts=tuple(item.order for item in rivals))


def share_a_horn(one: frozenset[HamletId], other: frozenset[HamletId]) -> bool:
    """Whether two requests meet in some hamlet."""
    return EVERYWHERE in one or EVERYWHERE in other or bool(one & other)
