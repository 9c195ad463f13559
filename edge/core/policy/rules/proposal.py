"""After a false alarm: the smallest change of a rule that would have prevented it and keeps every true alarm."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edge.core.policy.rules.rule import MINUTES_A_DAY, ActiveHours, Rule
from edge.core.vision import Box, overlap

SAME_SPOT = 0.5
SMALL = 0.15
"""Below this share of the picture's height the detector guesses."""
UNSURE = 0.75
AROUND_MIN = 15
ENOUGH_TIMES = 3
LONGEST_GAP_MIN = 4 * 60
MARGIN = 0.02


@dataclass(frozen=True, slots=True)
class Judged:
    """An incident that somebody judged: its best score, where it was, and the minute of the day."""

    score: float
    box: Box
    minute: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence for people, and the setting that it means with its value as TOML text."""

    sentence: str
    setting: str
    value: str


@dataclass(frozen=True, slots=True)
class Case:
    """The rule, the alarm that was false now, others of this rule that were false, and those that were true."""

    rule: Rule
    false: Judged
    others: Sequence[Judged] = ()
    true: Sequence[Judged] = ()


def propose(case: Case) -> Proposal:
    """The first change that fits: the same spot again, too small, too unsure, always at that hour; then the spot."""
    ways: tuple[Callable[[Case], Proposal | None], ...] = (_repeated, _small, _unsure, _hours, _spot)
    return next((found for way in ways if (found := way(case))), _more_hits(case))


def _repeated(case: Case) -> Proposal | None:
    again = sum(overlap(other.box, case.false.box) >= SAME_SPOT for other in case.others)
    return _spot(case) if again else None


def _spot(case: Case) -> Proposal | None:
    """Boxes are masked as they are; where something true stood, nothing is hidden."""
    box = case.false.box
    if any(overlap(true.box, box) > 0 for true in case.true):
        return None
    corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
    value = ", ".join(f"[{x:.3f}, {y:.3f}]" for x, y in corners)
    return Proposal("Che chỗ này của hình: vật đứng ở đây không được xét nữa.", "mask", f"[{value}]")


def _small(case: Case) -> Proposal | None:
    height = case.false.box.bottom - case.false.box.top
    least = _hundredths_above(height + MARGIN / 2)
    if height >= SMALL or any(true.box.bottom - true.box.top < least for true in case.true):
        return None
    sentence = f"Vật báo nhầm chỉ cao {_percent(height)} của hình: chỉ báo vật cao từ {_percent(least)}."
    return Proposal(sentence, "min_height", f"{least:.2f}")


def _unsure(case: Case) -> Proposal | None:
    least = _hundredths_above(case.false.score + MARGIN)
    if case.false.score >= UNSURE or any(true.score < least for true in case.true):
        return None
    sentence = f"Máy chỉ chắc {_percent(case.false.score)}: chỉ báo khi chắc từ {_percent(least)}."
    return Proposal(sentence, "min_score", f"{least:.2f}")


def _hours(case: Case) -> Proposal | None:
    """False at the same hours again and again, never true then: those hours are left out."""
    minutes = sorted({case.false.minute, *(other.minute for other in case.others)})
    if 1 + len(case.others) < ENOUGH_TIMES or minutes[-1] - minutes[0] > LONGEST_GAP_MIN:
        return None
    if case.rule.active != ActiveHours():
        return None
    out = ActiveHours((minutes[0] - AROUND_MIN) % MINUTES_A_DAY, (minutes[-1] + AROUND_MIN) % MINUTES_A_DAY)
    if any(out.hold(true.minute) for true in case.true):
        return None
    sentence = f"Chỉ báo nhầm từ {_clock(out.since)} đến {_clock(out.until)}: không xét trong giờ đó."
    return Proposal(sentence, "active", f'"{_clock(out.until)}-{_clock(out.since)}"')


def _more_hits(case: Case) -> Proposal:
    hits = min(case.rule.min_hits * 2, 30)
    return Proposal(f"Chỉ báo khi đã nhận ra {hits} lần liên tiếp.", "min_hits", str(hits))


def _hundredths_above(value: float) -> float:
    """The next hundredth; what is one already, but for the dust of binary fractions, stays."""
    return math.ceil(round(value * 100, 6)) / 100


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _percent(share: float) -> str:
    return f"{round(share * 100)} %"
