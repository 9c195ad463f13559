"""How much rain fell in the last hours, from a counter or from amounts, with gaps, against warning amounts.

**How a gap counts.** A counter goes on counting while nobody reads it: what it counted across a gap is rain that fell.
Inside a window all of it counts; where the gap reaches back over the beginning of the window, it is spread evenly over
the gap and only its share counts. A counter that went back was reset: what it shows since then is counted; one that
leaps by more than ever fell anywhere counts nothing. Of a feed that tells amounts (``rain``: millimetres of the
interval that ended then) a missing amount counts as nothing: the sum is "at least". ``known`` says how much of the
window is covered by either, 0 to 1; a sum that reaches a warning amount reaches it, however little is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.core.policy.flood.limits import HOUR_MS, MOST_MM_H, STEP_MM

HOURS = (1, 3, 6, 12, 24)
COUNTER, AMOUNT = "rain_counter", "rain"
LONGEST_GAP_MS = HOUR_MS
"""A counter that was read at least so often covers the time between."""
USUAL_AMOUNT_MS = HOUR_MS
"""An amount with nothing before it is of an hour: what stations report."""


@dataclass(frozen=True, slots=True)
class Fallen:
    """Rain of the last ``hours``: at least ``mm``; ``known`` is the share of the time that is covered (0 to 1).

    ``warning_mm`` is the commune's warning amount for so many hours, None: none.
    """

    hours: int
    mm: float
    known: float
    warning_mm: float | None = None

    @property
    def reached(self) -> bool:
        """Whether the warning amount is reached."""
        return self.warning_mm is not None and self.mm >= self.warning_mm


@dataclass(frozen=True, slots=True)
class Spell:
    """Rain between two moments (UTC ms). ``covered``: it was measured often enough to know when it fell."""

    since_ms: int
    until_ms: int
    mm: float
    covered: bool = True


def spells(quantity: str, readings: Sequence[tuple[int, float]]) -> tuple[Spell, ...]:
    """What fell between each two of these readings (UTC ms, value), which are good and oldest first."""
    return _counted(readings) if quantity == COUNTER else _amounts(readings)


def accumulate(fell: Sequence[Spell], now_ms: int, warning_mm: Sequence[float] | None = None) -> tuple[Fallen, ...]:
    """What fell in the last 1, 3, 6, 12 and 24 hours; ``warning_mm`` are the five amounts of the commune."""
    warnings = tuple(warning_mm) if warning_mm is not None else (None,) * len(HOURS)
    return tuple(_window(fell, hours, now_ms, warning) for hours, warning in zip(HOURS, warnings, strict=True))


def _window(fell: Sequence[Spell], hours: int, now_ms: int, warning_mm: float | None) -> Fallen:
    since_ms = now_ms - hours * HOUR_MS
    mm = sum(spell.mm * share_of(spell, since_ms, now_ms) for spell in fell)
    known_ms = sum(
        max(0, min(spell.until_ms, now_ms) - max(spell.since_ms, since_ms)) for spell in fell if spell.covered
    )
    return Fallen(hours, round(mm, 1), min(1.0, known_ms / (hours * HOUR_MS)), warning_mm)


def share_of(spell: Spell, since_ms: int, until_ms: int) -> float:
    """How much of this rain belongs to these hours, if it fell evenly: 0 to 1."""
    inside_ms = min(spell.until_ms, until_ms) - max(spell.since_ms, since_ms)
    return min(1.0, max(0, inside_ms) / max(1, spell.until_ms - spell.since_ms))


def _counted(readings: Sequence[tuple[int, float]]) -> tuple[Spell, ...]:
    return tuple(
        _between(last, reading) for last, reading in zip(readings, readings[1:], strict=False) if reading[0] > last[0]
    )


def _between(last: tuple[int, float], reading: tuple[int, float]) -> Spell:
    (before, counted), (at, value) = last, reading
    mm = value - counted if value >= counted else value
    if mm > STEP_MM + MOST_MM_H * (at - before) / HOUR_MS:
        return Spell(before, at, 0.0, covered=False)
    return Spell(before, at, mm, at - before <= LONGEST_GAP_MS)


def _amounts(readings: Sequence[tuple[int, float]]) -> tuple[Spell, ...]:
    """Each amount is of the time since the one before it, at most of the usual hour."""
    befores = (None, *(at for at, _ in readings))
    return tuple(
        Spell(max(at - USUAL_AMOUNT_MS, before or 0), at, value)
        for before, (at, value) in zip(befores, readings, strict=False)
        if value >= 0 and at > (before or 0)
    )
