"""From the tables of the config to the rules that the policy knows."""

from collections.abc import Mapping

from edge.config.cameras import labels_of
from edge.config.schema import Line, Zone
from edge.core.incident import Severity
from edge.core.place import Direction, Point
from edge.core.policy.rules.rule import SEEN_S, ActiveHours, Rule, RuleId, RuleKind

FRESH_PERIODS = 3
"""A gauge that missed so many readings is silent."""
FRESH_S = 600.0


def policy_rule(table: Zone | Line, gauge_periods_s: Mapping[str, float]) -> Rule:
    """The rule of a zone or a line."""
    zone = table if isinstance(table, Zone) else None
    line = table if isinstance(table, Line) else None
    kind = RuleKind(zone.rule) if zone else RuleKind.LINE
    corners = zone.polygon if zone else line.points if line else ()
    gauge = zone.gauge if zone and zone.gauge else ""
    return Rule(
        id=RuleId(table.id),
        kind=kind,
        shape=tuple(Point(x, y) for x, y in corners),
        direction=Direction(line.direction) if line else Direction.BOTH,
        labels=labels_of(table),
        active=ActiveHours.parse(table.active),
        min_hits=table.min_hits,
        min_score=table.min_score,
        min_height=table.min_height,
        quiet_s=table.quiet_s,
        after_s=(zone.after_s or 0.0) if zone else 0.0,
        more_than=(zone.more_than or 0) if zone else 0,
        gauge=gauge,
        above_m=zone.above_m if zone and zone.above_m is not None else 0.0,
        fresh_s=max(FRESH_S, FRESH_PERIODS * gauge_periods_s.get(gauge, 0.0)),
        seen_s=table.seen_s if table.seen_s is not None else SEEN_S.get(kind, 0.0),
        severity=Severity(table.severity),
        speaks=table.template or "",
    )
