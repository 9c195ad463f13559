"""When a camera itself is an incident: it is gone, or its picture is of no use.

No horn speaks of it and no template is read. SMS go only to those of the roster whose duty is technical
(``alerting.recipients``), and ``may_tell`` keeps a power cut in a hamlet from writing one SMS a camera.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from edge.core.vision import SceneTrouble

OFFLINE = "offline"
UNCONFIRMED_S = 600.0
"""A shard that started again and sees nothing wrong for so long takes back what was said before."""
TELL_EVERY_S = 900.0
"""One SMS about cameras in this time; the wall shows the others."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The camera's stream came or went."""

    online: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """What the shard says of the picture; None: nothing is wrong."""

    trouble: SceneTrouble | None


@dataclass(frozen=True, slots=True)
class Restarted:
    """The shard begins anew and has forgotten what it said of the picture."""


Fact = Connected | Scene | Restarted | None


@dataclass(frozen=True, slots=True)
class Began:
    """A trouble that people should know of."""

    trouble: str


@dataclass(frozen=True, slots=True)
class Over:
    """It has passed."""

    trouble: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One camera: gone since when (None: it is there), what is wrong with its picture, and which incidents are open.

    ``unconfirmed_since``: a shard started again then and has not said anything of the picture yet.
    """

    gone_since: float | None
    scene: SceneTrouble | None = None
    open: frozenset[str] = frozenset()
    unconfirmed_since: float | None = None


def decide(before: Condition, fact: Fact, offline_s: float, now: float) -> tuple[Condition, tuple[Began | Over, ...]]:
    """The condition now, and what began or is over. ``open`` of the answer is as if all of it was carried out."""
    after = _heard(before, fact, now)
    if _is_forgotten(after, now):
        after = replace(after, scene=None, unconfirmed_since=None)
    wanted = {str(after.scene)} if after.scene else set()
    if after.gone_since is not None and (OFFLINE in before.open or now - after.gone_since >= offline_s):
        wanted.add(OFFLINE)
    over = tuple(Over(trouble) for trouble in sorted(before.open - wanted))
    began = tuple(Began(trouble) for trouble in sorted(wanted - before.open))
    return replace(after, open=frozenset(wanted)), over + began


def _heard(before: Condition, fact: Fact, now: float) -> Condition:
    if isinstance(fact, Connected):
        gone_since = None if fact.online else now if before.gone_since is None else before.gone_since
        return replace(before, gone_since=gone_since)
    if isinstance(fact, Scene):
        return replace(before, scene=fact.trouble, unconfirmed_since=None)
    if isinstance(fact, Restarted):
        return replace(before, unconfirmed_since=now)
    return before


def _is_forgotten(condition: Condition, now: float) -> bool:
    since = condition.unconfirmed_since
    return since is not None and condition.gone_since is None and now - since >= UNCONFIRMED_S


def may_tell(last_told: float | None, now: float) -> bool:
    """Whether one more SMS about a camera may go out."""
    return last_told is None or now - last_told >= TELL_EVERY_S


def resumed(running: Collection[str], now: float) -> Condition:
    """After a restart of the box: the troubles whose incidents are open still stand, until a shard says more."""
    scene = next((trouble for trouble in SceneTrouble if trouble in running), None)
    return Condition(now, scene, frozenset(running), now)
