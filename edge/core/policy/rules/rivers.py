"""Whether the river stands above what a rule names.

An old reading keeps the last state: a gauge that drowns in a flood must not switch the watch off. ``is_old`` says so in
every sentence about it, and after ``HOLD_S`` nothing is claimed any more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edge.core.policy.flood.levels import HYSTERESIS_M, reaches
from edge.core.policy.rules.rule import Rule, RuleId, RuleKind

HOLD_S = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Gauged:
    """A good reading of a gauge's level."""

    gauge: str
    level_m: float
    steady: float


@dataclass(frozen=True, slots=True)
class Rivers:
    """The newest reading of each gauge, and the rules whose level is passed."""

    newest: Mapping[str, Gauged]
    above: frozenset[RuleId] = frozenset()


DRY = Rivers({})


def after_reading(rivers: Rivers, reading: Gauged, rules: Iterable[Rule]) -> Rivers:
    """A rule's level is passed when the river reaches it, and left when the river is clearly below again."""
    known = rivers.newest.get(reading.gauge)
    if known and reading.steady < known.steady:
        return rivers
    above = set(rivers.above)
    for rule in rules:
        if rule.kind is not RuleKind.RIVER_BANK or rule.gauge != reading.gauge:
            continue
        if reaches(reading.level_m, rule.above_m):
            above.add(rule.id)
        elif not reaches(reading.level_m, rule.above_m - HYSTERESIS_M):
            above.discard(rule.id)
    return Rivers({**rivers.newest, reading.gauge: reading}, frozenset(above))


def stands_above(rivers: Rivers, rule: Rule, now: float) -> bool:
    """Whether the rule's river is high, as far as anybody knows."""
    reading = rivers.newest.get(rule.gauge)
    return reading is not None and rule.id in rivers.above and now - reading.steady <= HOLD_S


def is_old(rivers: Rivers, rule: Rule, now: float) -> bool:
    """Whether what is known of the rule's river is older than its gauge's readings should be."""
    reading = rivers.newest.get(rule.gauge)
    return reading is None or now - reading.steady > rule.fresh_s
