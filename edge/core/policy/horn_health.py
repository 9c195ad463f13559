"""What of a horn's news is a fault, and when it is over: `decide(before, fact, now)` (proof of sound)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from edge.core.broadcast import Outcome
from edge.core.incident import Severity

LEFT_ON_S = 15.0
"""A node looks every 10 s at an amplifier that should be off, and switches it off: later than that it could not."""
TELL_EVERY_S = 900.0
"""One SMS about horns a quarter of an hour: a cut line silences twenty of them at once, and the wall shows them all."""


class Fault(StrEnum):
    """What can be wrong with a horn."""

    SILENT = "silent"
    UNKNOWN = "unknown"
    AMPLIFIER = "amplifier"
    LEFT_ON = "left_on"


OF_PLAYS = frozenset({Fault.SILENT, Fault.UNKNOWN})
"""Only a play that was heard ends them."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A play or test ended. ``broken_off``: a STOP or something more urgent ended it, which is no fault."""

    outcome: Outcome
    broken_off: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What the horn itself says now: a fault of its amplifier, and whether that is on though nothing sounds."""

    amplifier_fault: bool
    on_for_nothing: bool


Fact = Reported | Told | None
"""None: time passed."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of a horn. ``open`` are the faults whose incident stands."""

    faults: frozenset[Fault] = frozenset()
    on_since: float | None = None
    open: frozenset[Fault] = frozenset()


def decide(before: Condition, fact: Fact, now: float) -> Condition:
    """The condition after this news; ``now`` in monotonic seconds. What to open and close: ``faults`` against ``open``.

    A horn that fell silent stays faulty until a play or test is heard again; its amplifier until the horn says that it
    answers; one left on until the horn says that it is off.
    """
    after = _heard(before, fact, now)
    if after.on_since is not None and now - after.on_since >= LEFT_ON_S:
        return replace(after, faults=after.faults | {Fault.LEFT_ON})
    return after


def began(condition: Condition) -> tuple[Fault, ...]:
    """Faults without an incident yet."""
    return tuple(sorted(condition.faults - condition.open))


def over(condition: Condition) -> tuple[Fault, ...]:
    """Incidents whose fault is gone."""
    return tuple(sorted(condition.open - condition.faults))


def severity(fault: Fault) -> Severity:
    """A horn left on is heard by a whole hamlet; the others are not heard at all."""
    return Severity.SEVERE if fault is Fault.LEFT_ON else Severity.MODERATE


def title(fault: Fault, name: str) -> str:
    """The sentence for the wall."""
    return {
        Fault.SILENT: f"{name} không kêu khi phát.",
        Fault.UNKNOWN: f"{name} không báo kết quả phát.",
        Fault.AMPLIFIER: f"Tăng âm của {name} không trả lời.",
        Fault.LEFT_ON: f"Tăng âm của {name} đang bật khi không phát gì.",
    }[fault]


def may_tell(fault: Fault, last_told: float | None, now: float) -> bool:
    """Whether an SMS about it may go out: always about one left on, seldom about the others."""
    return fault is Fault.LEFT_ON or last_told is None or now - last_told >= TELL_EVERY_S


def _heard(before: Condition, fact: Fact, now: float) -> Condition:
    if isinstance(fact, Reported):
        return replace(before, faults=_after_play(before.faults, fact))
    if isinstance(fact, Told):
        return _after_state(before, fact, now)
    return before


def _after_play(faults: frozenset[Fault], fact: Reported) -> frozenset[Fault]:
    if fact.outcome is Outcome.PLAYED:
        return faults - OF_PLAYS
    if fact.outcome is Outcome.UNKNOWN:
        return faults | {Fault.UNKNOWN}
    if fact.outcome is Outcome.SILENT and not fact.broken_off:
        return faults - {Fault.UNKNOWN} | {Fault.SILENT}
    return faults


def _after_state(before: Condition, fact: Told, now: float) -> Condition:
    faults = before.faults - {Fault.AMPLIFIER}
    if fact.amplifier_fault:
        faults |= {Fault.AMPLIFIER}
    if not fact.on_for_nothing:
        return replace(before, faults=faults - {Fault.LEFT_ON}, on_since=None)
    return replace(before, faults=faults, on_since=now if before.on_since is None else before.on_since)
