"""What the arbiter of the horns knows, hears and orders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf

from edge.core.broadcast import Priority
from edge.core.moment import AtMs, Steady
from edge.core.place import HamletId
from edge.core.policy.airtime.limits import Limits, Spent


class Verdict(StrEnum):
    """What happens to a request for air time."""

    NOW = "now"
    WAIT = "wait"
    PREEMPT = "preempt"
    REFUSE = "refuse"
    ASK = "ask"


class AfterCut(StrEnum):
    """What becomes of an item that had to give way."""

    AGAIN = "again"
    ON = "on"
    DROP = "drop"


class End(StrEnum):
    """The one end of a request."""

    AIRED = "aired"
    DROPPED = "dropped"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that wants to sound. ``latest``: what has not begun by then is dropped.

    ``clips_s`` are the lengths of its clips; ``from_clip`` is where it goes on after it was cut ``cuts`` times.
    ``at_night``: allowed in quiet hours. ``planned``: its minutes were set aside when it was planned. ``talk``: a live
    voice, or one that ended just now: nobody is asked whether another comes first.
    """

    id: str
    priority: Priority
    hamlets: frozenset[HamletId]
    length_s: float
    approved: bool = True
    at_night: bool = False
    planned: bool = False
    talk: bool = False
    latest: Steady = Steady(inf)
    gain_db: float = 0.0
    clips_s: tuple[float, ...] = ()
    from_clip: int = 0
    cuts: int = 0


@dataclass(frozen=True, slots=True)
class OnAir:
    """An item that sounds; ``until`` is when it ends by itself at the latest.

    ``leaving``: a stronger one took its horns, its reports are still to come. ``stopped``: a STOP ended it in a part
    of its hamlets. ``began`` tells which session its seconds were counted in.
    """

    item: Item
    until: Steady
    began: AtMs = AtMs(0)
    leaving: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What the commune laid down. ``slack_s``: how much longer than its length a sound may hold its horns."""

    limits: Limits = field(default_factory=Limits)
    after_cut: Mapping[Priority, AfterCut] = field(
        default_factory=lambda: {
            Priority.RELAY: AfterCut.ON,
            Priority.THUONG: AfterCut.AGAIN,
            Priority.UU_TIEN: AfterCut.AGAIN,
            Priority.LIVE: AfterCut.DROP,
            Priority.KHAN_CAP: AfterCut.AGAIN,
        }
    )
    slack_s: float = 0.0


@dataclass(frozen=True, slots=True)
class State:
    """What sounds, what waits (first come first), what was spent, and whom people have put before whom."""

    on_air: tuple[OnAir, ...] = ()
    waiting: tuple[Item, ...] = ()
    spent: Spent = field(default_factory=dict)
    chosen: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody, or the plan, wants this on air."""

    item: Item


@dataclass(frozen=True, slots=True)
class Ended:
    """The last report of an item is in; ``heard_s`` of it sounded everywhere, ``whole``: all of it."""

    id: str
    heard_s: float
    whole: bool


@dataclass(frozen=True, slots=True)
class Stopped:
    """A STOP for these hamlets."""

    hamlets: frozenset[HamletId]


@dataclass(frozen=True, slots=True)
class Voided:
    """An item that waits may not sound any more (a clip was lost, the approval is void)."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A person put one *ưu tiên* before another (R1)."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went on."""


@dataclass(frozen=True, slots=True)
class Start:
    """Put it on air now; ``cuts`` are those that give way."""

    item: Item
    gain_db: float
    cuts: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Queue:
    """It waits."""

    item: Item
    reason: str


@dataclass(frozen=True, slots=True)
class Ask:
    """People shall say which of two sounds first; unasked, ``first`` does."""

    first: str
    second: str
    reason: str


@dataclass(frozen=True, slots=True)
class Close:
    """The one end of a request."""

    id: str
    end: End
    reason: str


Fact = Asked | Ended | Stopped | Voided | Chosen | Tick
Action = Start | Queue | Ask | Close
