"""One incident's ladder: ``decide(climb, rules, now) -> (climb, actions)``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

WAIT_MS = 180_000
"""Three minutes are time enough to read a message and too short for the river to come."""


class Do(StrEnum):
    """A step of a ladder."""

    TELL = "tell"
    """SMS, and every other channel at once."""
    RING = "ring"
    SUBSTITUTE = "substitute"
    """Who stands in for the person is told, then rung."""
    CHAIRMAN = "chairman"
    """The chairman is told who could not be reached, then rung."""


class Until(StrEnum):
    """When a ladder has done its work."""

    TAKEN = "taken"
    """One who takes it is enough."""
    EACH = "each"
    """Everybody must answer."""


class Stands(StrEnum):
    """Why somebody is on a ladder."""

    OWN = "own"
    SUBSTITUTE = "substitute"
    CHAIRMAN = "chairman"


class Last(StrEnum):
    """How far the last step of a rung is, by its messages."""

    NONE = "none"
    UNDER_WAY = "under_way"
    DONE = "done"
    HOPELESS = "hopeless"
    """It came to nothing and will not: a number that does not exist, a phone that is off."""


class State(StrEnum):
    """How a ladder stands."""

    CLIMBING = "climbing"
    TAKEN = "taken"
    ANSWERED = "answered"
    EXHAUSTED = "exhausted"
    CLOSED = "closed"


STAND_IN_STEPS = (Do.TELL, Do.RING)
"""What is done for a substitute or the chairman."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One person on the ladder of one incident.

    ``stands_for`` is the id of the rung whose person is away. ``step`` steps have begun; ``since_ms`` is when the last
    one was done (ladder time), None while it is under way. ``asleep``: the rest of this person is not to be broken now.
    """

    id: str
    person: str
    stands: Stands = Stands.OWN
    stands_for: str = ""
    step: int = 0
    since_ms: int | None = None
    last: Last = Last.NONE
    answered: bool = False
    given_up: bool = False
    asleep: bool = False


@dataclass(frozen=True, slots=True)
class Climb:
    """The ladder of one incident as it stands."""

    until: Until
    rungs: tuple[Rung, ...]
    state: State = State.CLIMBING


@dataclass(frozen=True, slots=True)
class Rules:
    """The ladder of a severity, and who is there to stand in.

    ``substitutes`` maps a person to who stands in; ``chairman`` is empty in a commune without one; ``can_ring`` is
    false where no modem can call.
    """

    steps: tuple[Do, ...] = (Do.TELL, Do.RING, Do.SUBSTITUTE, Do.CHAIRMAN)
    wait_ms: int = WAIT_MS
    substitutes: tuple[tuple[str, str], ...] = ()
    chairman: str = ""
    can_ring: bool = True

    def steps_of(self, rung: Rung) -> tuple[Do, ...]:
        """The steps that can be done for this rung."""
        steps = self.steps if rung.stands is Stands.OWN else STAND_IN_STEPS
        return tuple(step for step in steps if self._possible(step, rung))

    def told_is_enough(self, rung: Rung) -> bool:
        """A ladder that only tells asks nobody for an answer: what was sent has done its work."""
        return self.steps_of(rung) == (Do.TELL,) and rung.step == 1 and rung.last is Last.DONE

    def substitute_of(self, person: str) -> str:
        """Who stands in; empty when nobody does."""
        return dict(self.substitutes).get(person, "")

    def _possible(self, step: Do, rung: Rung) -> bool:
        if step is Do.RING:
            return self.can_ring
        if step is Do.SUBSTITUTE:
            return bool(self.substitute_of(rung.person))
        return step is Do.TELL or bool(self.chairman) and self.chairman != rung.person


@dataclass(frozen=True, slots=True)
class Tell:
    """Send this rung's person the message of this step (its number makes it once)."""

    rung: str
    step: int


@dataclass(frozen=True, slots=True)
class Ring:
    """Let this person's phone ring."""

    rung: str
    step: int


@dataclass(frozen=True, slots=True)
class StandIn:
    """Put somebody on the ladder for others: ``person`` instead of the people of ``missing`` (rungs)."""

    person: str
    stands: Stands
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GiveUp:
    """This rung's person was not reached; whoever looks must see that first."""

    rung: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The ladder has done its work, or can do no more."""

    state: State


Action = Tell | Ring | StandIn | GiveUp | Finish


def decide(climb: Climb, rules: Rules, now_ms: int) -> tuple[Climb, tuple[Action, ...]]:
    """What is to be done now, and how the ladder stands once it is done. Deciding again at once changes nothing."""
    if climb.state is State.CLOSED:
        return _tell_once(climb, rules, now_ms)
    if climb.state is not State.CLIMBING:
        return climb, ()
    if climb.until is Until.TAKEN and any(rung.answered for rung in climb.rungs):
        return replace(climb, state=State.TAKEN), (Finish(State.TAKEN),)
    rungs, actions = [], list[Action]()
    for rung in climb.rungs:
        moved, done = _climb(rung, climb.rungs, rules, now_ms)
        rungs.append(moved)
        actions.extend(done)
    after = replace(climb, rungs=tuple(rungs))
    actions = list(_together(actions, climb.rungs))
    stands_in = any(isinstance(action, StandIn) for action in actions)
    if not stands_in and all(_over(rung, after.rungs) or rules.told_is_enough(rung) for rung in after.rungs):
        reached = not any(rung.given_up and rung.stands is Stands.OWN for rung in after.rungs)
        after = replace(after, state=State.ANSWERED if reached else State.EXHAUSTED)
        actions.append(Finish(after.state))
    return after, tuple(actions)


def _tell_once(climb: Climb, rules: Rules, now_ms: int) -> tuple[Climb, tuple[Action, ...]]:
    """An incident that is over calls nobody; those who had not been told yet still hear of it, once."""
    rungs, actions = [], list[Action]()
    for rung in climb.rungs:
        untold = rung.step == 0 and not rung.answered and not rung.asleep
        moved, done = _begin(rung, Do.TELL, rules, now_ms) if untold else (rung, ())
        rungs.append(moved)
        actions.extend(done)
    return replace(climb, rungs=tuple(rungs)), tuple(actions)


def _climb(rung: Rung, rungs: Sequence[Rung], rules: Rules, now_ms: int) -> tuple[Rung, tuple[Action, ...]]:
    if _over(rung, rungs) or rules.told_is_enough(rung):
        return rung, ()
    if rung.step and rung.since_ms is None and rung.last in (Last.DONE, Last.HOPELESS):
        rung = replace(rung, since_ms=now_ms)
    if rung.asleep or not _may_go_on(rung, rungs, rules, now_ms):
        return rung, ()
    steps = rules.steps_of(rung)
    if rung.step >= len(steps):
        return replace(rung, given_up=True), (GiveUp(rung.id),)
    return _begin(rung, steps[rung.step], rules, now_ms)


def _begin(rung: Rung, step: Do, rules: Rules, now_ms: int) -> tuple[Rung, tuple[Action, ...]]:
    begun = replace(rung, step=rung.step + 1, since_ms=None, last=Last.UNDER_WAY)
    if step is Do.TELL:
        return begun, (Tell(rung.id, begun.step),)
    if step is Do.RING:
        return begun, (Ring(rung.id, begun.step),)
    waits = replace(begun, since_ms=now_ms, last=Last.DONE)
    if step is Do.SUBSTITUTE:
        return waits, (StandIn(rules.substitute_of(rung.person), Stands.SUBSTITUTE, (rung.id,)),)
    return waits, (StandIn(rules.chairman, Stands.CHAIRMAN, (rung.id,)),)


def _may_go_on(rung: Rung, rungs: Sequence[Rung], rules: Rules, now_ms: int) -> bool:
    """Whether the last step had its time."""
    if rung.step == 0:
        return True
    if rung.since_ms is None:
        return False
    if rules.steps_of(rung)[: rung.step][-1:] == (Do.SUBSTITUTE,):
        return all(other.given_up for other in _for(rung, rungs))
    return rung.last is Last.HOPELESS or now_ms - rung.since_ms >= rules.wait_ms


def _for(rung: Rung, rungs: Sequence[Rung]) -> tuple[Rung, ...]:
    return tuple(other for other in rungs if other.stands is Stands.SUBSTITUTE and other.stands_for == rung.id)


def _stood_in_for(rung: Rung, rungs: Sequence[Rung]) -> bool:
    """Somebody answered in this one's place."""
    return any(other.answered for other in _for(rung, rungs))


def _over(rung: Rung, rungs: Sequence[Rung]) -> bool:
    return rung.answered or rung.given_up or _stood_in_for(rung, rungs)


def _together(actions: Sequence[Action], rungs: Sequence[Rung]) -> Iterator[Action]:
    """The chairman is put on a ladder once: a message that names several, and not one for each."""
    missing = [m for a in actions if isinstance(a, StandIn) and a.stands is Stands.CHAIRMAN for m in a.missing]
    known = any(rung.stands is Stands.CHAIRMAN for rung in rungs)
    for action in actions:
        if not (isinstance(action, StandIn) and action.stands is Stands.CHAIRMAN):
            yield action
        elif missing and not known:
            yield replace(action, missing=tuple(missing))
            missing = []
